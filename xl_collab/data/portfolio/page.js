// Puts the page together: filters change what is left, what is left is drawn; nothing here counts anything.

const shown = {
  tab: "projects",
  which: {},
  search: "",
  sort: null,
  direction: 1,
  at: 0,
  range: "near",
  timeline: 0,
};
const all = tabs();
const MOST_PRINTED = 100; // rows of a list on paper
const MOST_BARS = 16; // departments that a chart shows; all are in its figures
const MOST_SLIPS = 7; // roots of delays that have a bar; all are in the table
let view = null;

// -- the answer first -------------------------------------------------------------------------------

function sentences(found) {
  const { slips, projects, milestones } = tables;
  if (!found.projects) return [say("nothing")];
  const parts = [...RAGS, ""]
    .filter((rag) => found.rags.get(rag))
    .map((rag) => say("part", { rag: shownAs("rag", rag), n: found.rags.get(rag) }));
  const [worst] = worstSlips(view);
  const late =
    worst === undefined || !found.late
      ? say("said_on_time")
      : say("said_late", {
          tasks: found.late,
          roots: found.roots,
          project: projects.name[slips.project[worst]],
          task: slips.task[worst],
          days: slips.days[worst],
          late: slips.late[worst],
        });
  const coming = view.milestones.filter(
    (row) => !milestones.reached[row] && milestones.forecast[row] >= 0 && milestones.forecast[row] <= 14,
  );
  const next = say("said_next", {
    n: coming.length,
    late: coming.filter((row) => milestones.variance[row] > 0).length,
    actions: found.overdue,
  });
  return [say("said_projects", { n: found.projects, parts: parts.join(page.comma) }), late, next];
}

function card(id, label, value, more, bad = false) {
  return make(
    "div",
    { class: "card", id: `card-${id}` },
    make("div", { class: "label" }, say(label)),
    make("div", { class: `value${bad ? " bad" : ""}` }, String(value)),
    make("div", { class: "more" }, more),
  );
}

function showOverview() {
  const found = totals(view);
  byId("said").replaceChildren(...sentences(found).map((text) => make("p", {}, text)));
  const share = found.tasks ? `${Math.round((100 * found.done) / found.tasks)}%` : "–";
  const rags = [...RAGS, ""].map((rag) => [`bg-${rag || "none"}`, found.rags.get(rag) ?? 0]);
  byId("cards").replaceChildren(
    card("projects", "kpi_projects", found.projects, stack(rags)),
    card("done", "kpi_done", share, say("of_tasks", found)),
    card("late", "kpi_late", found.late, say("of_roots", { n: found.roots }), found.late > 0),
    card("slipping", "kpi_slipped", found.slipping, say("of_milestones", { n: found.ahead }), found.slipping > 0),
    card("risks", "kpi_risks", found.highRisks, say("of_risks", { n: found.risks }), found.highRisks > 0),
    card("actions", "kpi_actions", found.overdue, say("of_open", { n: found.actions }), found.overdue > 0),
  );
}

// -- charts and their figures -----------------------------------------------------------------------

/** A plain table below a chart: [[text or number, …], …]; numbers stand right. */
function figures(section, title, heads, lines) {
  const right = (at) => (lines.some((line) => typeof line[at] === "number") ? "n" : "");
  const row = (tag, cells) =>
    make(
      "tr",
      {},
      cells.map((cell, at) =>
        make(tag, { class: right(at), scope: tag === "th" ? "col" : null }, cell === null ? "" : String(cell)),
      ),
    );
  return byId(section)
    .querySelector(".figures")
    .replaceChildren(
      make(
        "table",
        {},
        make("caption", {}, title),
        make("thead", {}, row("th", heads)),
        make(
          "tbody",
          {},
          lines.map((line) => row("td", line)),
        ),
      ),
    );
}

/** Chart where there is something to draw, else a sentence. */
function chartOrWord(section, has, word) {
  const chart = byId(section).querySelector(".chart");
  let said = byId(section).querySelector(".none");
  if (!said) chart.before((said = make("p", { class: "none" }, word)));
  said.hidden = has;
  chart.hidden = !has;
  return has;
}

function showDepartments() {
  const lines = departmentAlerts(view);
  const names = RAGS.map((rag) => labelled("rag", rag));
  figures(
    "departments",
    say("departments_title"),
    [say("department"), ...names, say("others"), say("total")],
    lines.map((line) => [
      shownAs("department", line.name),
      ...RAGS.map((rag) => line[rag]),
      line.other,
      line.tasks,
    ]),
  );
  const more = Math.max(0, lines.length - MOST_BARS);
  byId("departments-more").textContent = more ? say("load_more", { n: more }) : "";
  if (chartOrWord("departments", lines.length > 0, say("no_rows")))
    drawDepartments(lines.slice(0, MOST_BARS), (name) => choose("department", name));
}

function showSlips() {
  const { slips, projects } = tables;
  const rows = worstSlips(view);
  const most = Math.max(1, ...rows.map((row) => slips.late[row]));
  const bar = (row) => {
    const fill = make("i");
    fill.style.width = `${(100 * slips.late[row]) / most}%`;
    const which = [projects.name[slips.project[row]], `${slips.root[row]} ${slips.task[row]}`];
    const how = [
      slips.department[row],
      labelled("how", slips.how[row]),
      say("slip_days", { days: slips.days[row] }),
    ].filter(Boolean);
    const what = make(
      "div",
      { class: "what" },
      make("span", {}, make("b", {}, which[0]), page.dot + which[1]),
      make("b", {}, say("slip_reach", { n: slips.late[row] })),
    );
    return make(
      "li",
      {},
      what,
      make("div", { class: "track", "aria-hidden": "true" }, fill),
      make("div", { class: "note" }, how.join(page.dot)),
    );
  };
  byId("slip-bars").replaceChildren(
    ...(rows.length ? rows.slice(0, MOST_SLIPS).map(bar) : [make("li", { class: "none" }, say("no_slips"))]),
  );
  byId("slips-more").textContent =
    rows.length > MOST_SLIPS ? say("slips_more", { n: rows.length - MOST_SLIPS }) : "";
}

function timelineRange() {
  const { baseline, forecast } = tables.milestones;
  if (shown.range === "near") return [-28, 91];
  if (shown.range === "year") return [-91, 273];
  const days = view.milestones.flatMap((row) => [baseline[row], forecast[row]]).filter((day) => day !== null);
  return days.reduce(([low, high], day) => [Math.min(low, day - 7), Math.max(high, day + 7)], [-7, 28]);
}

function showTimeline() {
  const { milestones, projects } = tables;
  const [first, last] = timelineRange();
  const lines = timelineRows(view, first, last);
  const size = narrow.matches ? 8 : 14;
  const pages = Math.ceil(lines.length / size);
  shown.timeline = Math.max(0, Math.min(shown.timeline, pages - 1));
  const part = lines.slice(shown.timeline * size, (shown.timeline + 1) * size);
  const listed = part.flatMap((line) =>
    line.milestones.map((row) => [
      projects.name[line.project],
      milestones.id[row],
      milestones.milestone[row],
      dayText(milestones.baseline[row]),
      dayText(milestones.forecast[row]),
      signed(milestones.variance[row]),
      milestoneStands(row),
    ]),
  );
  figures(
    "timeline",
    say("timeline_title"),
    [
      say("project"),
      heading("milestones", "id"),
      heading("milestones", "milestone"),
      heading("milestones", "baseline"),
      heading("milestones", "forecast"),
      heading("milestones", "variance"),
      heading("milestones", "status"),
    ],
    listed,
  );
  choice(
    byId("range"),
    [
      ["near", say("range_near")],
      ["year", say("range_year")],
      ["all", say("range_all")],
    ],
    shown.range,
    (value) => {
      shown.range = value;
      shown.timeline = 0;
      showTimeline();
      byId("range").querySelector('[aria-pressed="true"]').focus();
    },
  );
  const text = say("rows_of", {
    first: shown.timeline * size + 1,
    last: shown.timeline * size + part.length,
    n: lines.length,
  });
  pager(byId("timeline-pager"), shown.timeline, pages, text, (at) => {
    shown.timeline = at;
    showTimeline();
  });
  if (chartOrWord("timeline", part.length > 0, say("no_milestones")))
    drawTimeline(part, first, last, (project) => choose("project", project));
}

function showLoad() {
  const found = load(view);
  const weeks = found.weeks.slice(0, narrow.matches ? 6 : 18);
  const lines = found.lines.slice(0, MOST_BARS);
  const told = (line) => {
    const days = weeks.map((week) => line.days.get(week) ?? 0);
    return [shownAs("department", line.name), ...days, line.total - sum(days), line.total];
  };
  const heads = [say("department"), ...weeks.map(shortDay), say("later"), say("total")];
  figures("load", say("load_title"), heads, found.lines.map(told));
  byId("load-more").textContent =
    found.lines.length > lines.length ? say("load_more", { n: found.lines.length - lines.length }) : "";
  if (chartOrWord("load", lines.length > 0, say("no_load")))
    drawLoad({ weeks, lines }, (name) => choose("department", name));
}

function showTrend() {
  const points = trend();
  figures(
    "trend",
    say("trend_title"),
    [
      say("run_short"),
      labelled("rag", "red"),
      labelled("rag", "yellow"),
      say("others"),
      say("kpi_late"),
      say("kpi_actions"),
    ],
    points.map((point) => [point.run, point.red, point.yellow, point.others, point.late, point.overdue]),
  );
  const many = points.length > 1;
  byId("trend").querySelector(".charts").hidden = !many;
  byId("trend").querySelector(".note").textContent = many ? say("trend_note") : say("trend_once");
  if (many) drawTrend(points.slice(-60));
}

// -- tables -----------------------------------------------------------------------------------------

function tabRows(name) {
  const tab = all[name];
  const which = tab.which && tab.which[shown.which[name] ?? Object.keys(tab.which)[0]];
  const rows = [...view[name]].sort(tab.order);
  return which ? rows.filter((row) => which(row)) : rows;
}

function showTabs() {
  const place = byId("details").querySelector(".tabs");
  const names = Object.keys(all);
  place.replaceChildren(
    ...names.map((name) =>
      make(
        "button",
        {
          type: "button",
          role: "tab",
          id: `tab-${name}`,
          "aria-selected": String(name === shown.tab),
          "aria-controls": "tab-panel",
          tabindex: name === shown.tab ? "0" : "-1",
          onclick: () => openTab(name),
          onkeydown: (event) => moveTab(event, names, name),
        },
        `${say(`tab_${name}`)} ${view[name].length}`,
      ),
    ),
  );
  byId("tab-panel").setAttribute("aria-labelledby", `tab-${shown.tab}`);
}

function moveTab(event, names, name) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  openTab(names[(names.indexOf(name) + step + names.length) % names.length]);
  event.preventDefault();
}

function openTab(name) {
  Object.assign(shown, { tab: name, sort: null, direction: 1, at: 0 });
  showTabs();
  showRows();
  byId(`tab-${name}`).focus();
}

function showRows() {
  const tab = all[shown.tab];
  const rows = searched(shown.tab, tab, tabRows(shown.tab), shown.search);
  const ordered = shown.sort === null ? rows : sorted(rows, tab.columns[shown.sort], shown.direction);
  const size = narrow.matches ? 20 : 50;
  const pages = Math.ceil(ordered.length / size);
  shown.at = Math.max(0, Math.min(shown.at, pages - 1));
  const part = ordered.slice(shown.at * size, (shown.at + 1) * size);
  const options = Object.keys(tab.which ?? {}).map((key) => [key, say(`which_${key}`)]);
  choice(byId("which"), options, shown.which[shown.tab] ?? options[0]?.[0], (value) => {
    shown.which[shown.tab] = value;
    shown.at = 0;
    showRows();
    byId("which").querySelector('[aria-pressed="true"]').focus();
  });
  sortChoice(tab);
  byId("row-count").textContent = say("rows", { n: ordered.length });
  byId("tab-note").textContent = tab.note ?? "";
  byId("rows").replaceChildren(
    ...(part.length
      ? tableRows(tab, part, sortHead)
      : [make("tbody", {}, make("tr", {}, make("td", { class: "none" }, say("no_rows"))))]),
  );
  const text = say("rows_of", {
    first: shown.at * size + 1,
    last: shown.at * size + part.length,
    n: ordered.length,
  });
  pager(byId("row-pager"), shown.at, pages, text, (at) => {
    shown.at = at;
    showRows();
  });
}

/** On a phone there are no headings to sort by: a list of them instead. */
function sortChoice(tab) {
  const words = (title, at) => [
    [`${at}:1`, `${title} ↑`],
    [`${at}:-1`, `${title} ↓`],
  ];
  const options = [["", say("as_given")], ...tab.columns.flatMap(({ title }, at) => words(title, at))];
  byId("sort").replaceChildren(...options.map(([value, text]) => make("option", { value }, text)));
  byId("sort").value = shown.sort === null ? "" : `${shown.sort}:${shown.direction}`;
}

function sortHead(one, at) {
  const state = shown.sort !== at ? "none" : shown.direction > 0 ? "ascending" : "descending";
  return make(
    "th",
    { scope: "col", class: one.kind, "aria-sort": state },
    make("button", { type: "button", onclick: () => sortBy(at) }, one.title),
  );
}

function sortBy(at) {
  shown.direction = shown.sort === at ? -shown.direction : 1;
  Object.assign(shown, { sort: at, at: 0 });
  showRows();
  byId("rows").querySelectorAll("th button")[at].focus();
}

/** On paper every tab is a list of its own, as far as somebody would read it. */
function print() {
  const lists = Object.keys(all)
    .filter((name) => view[name].length)
    .map((name) => {
      const rows = tabRows(name);
      const title =
        rows.length > MOST_PRINTED
          ? say("printed_of", { title: say(`tab_${name}`), shown: MOST_PRINTED, n: rows.length })
          : say(`tab_${name}`);
      const which = all[name].which
        ? `${page.colon}${say(`which_${shown.which[name] ?? Object.keys(all[name].which)[0]}`)}`
        : "";
      const table = make(
        "table",
        { class: "rows" },
        ...tableRows(all[name], rows.slice(0, MOST_PRINTED), (one) =>
          make("th", { scope: "col", class: one.kind }, one.title),
        ),
      );
      return make(
        "section",
        {},
        make("h2", {}, title + which),
        rows.length ? table : make("p", { class: "note" }, say("no_rows")),
      );
    });
  byId("printed").replaceChildren(...lists);
}

// -- all of it --------------------------------------------------------------------------------------

/** Choose one value from a chart; a second click takes it back. */
function choose(kind, value) {
  toggle(kind, value);
  refresh();
}

let showFilters = [];

function showCharts() {
  showSlips(); // first: the chart beside it becomes as high
  showDepartments();
  showTimeline();
  showLoad();
  showTrend();
}

function refresh() {
  view = left();
  shown.at = 0;
  toAddress();
  for (const show of showFilters) show();
  byId("reset").hidden = !isFiltered();
  byId("filtered").textContent = chosenInWords();
  showOverview();
  showCharts();
  showTabs();
  showRows();
}

function legend(place, entries) {
  byId(place).replaceChildren(
    ...entries.map(([name, text]) => make("span", {}, make("i", { class: name, "aria-hidden": "true" }), text)),
  );
}

/** A button that shows the figures of a chart instead of it. */
function figuresButton(section) {
  const button = make(
    "button",
    {
      type: "button",
      class: "as",
      "aria-pressed": "false",
      onclick: () => {
        const told = byId(section).classList.toggle("told");
        button.setAttribute("aria-pressed", String(told));
        button.textContent = say(told ? "as_chart" : "as_table");
        if (!told) showCharts();
      },
    },
    say("as_table"),
  );
  byId(section).querySelector(".head").append(button);
}

function frame() {
  byId("as-of").textContent = say("as_of", { day: page.as_of });
  byId("run").textContent = say("run", { moment: page.run });
  const lacking = [
    page.partial && say("partial", page.partial),
    page.left_out && say("left_out", { n: page.left_out }),
  ];
  byId("partial").hidden = !lacking.some(Boolean);
  byId("partial").textContent = lacking.filter(Boolean).join(" ");
  legend("rag-legend", [
    ...RAGS.map((rag) => [`bg-${rag}`, `${SIGNS[rag]} ${labelled("rag", rag)}`]),
    ["bg-none", say("others")],
  ]);
  legend("trend-legend", [
    ["bg-red", labelled("rag", "red")],
    ["bg-yellow", labelled("rag", "yellow")],
    ["bg-none", say("others")],
  ]);
  legend("lists-legend", [
    ["line bg-red", `● ${say("kpi_late")}`],
    ["line bg-blue", `◆ ${say("kpi_actions")}`],
  ]);
  for (const section of ["departments", "timeline", "load", "trend"]) figuresButton(section);
  byId("reset").addEventListener("click", () => {
    for (const set of Object.values(chosen)) set.clear();
    refresh();
  });
  byId("sort").addEventListener("change", (event) => {
    const [at, direction] = event.target.value.split(":");
    Object.assign(shown, { sort: at === "" ? null : Number(at), direction: Number(direction ?? 1), at: 0 });
    showRows();
  });
  byId("search").addEventListener("input", (event) => {
    shown.search = event.target.value;
    shown.at = 0;
    showRows();
  });
}

function controls() {
  const { projects, tasks } = tables;
  const departments = counted(
    [...tasks.department, ...tables.milestones.department, ...tables.risks.department].filter(
      (name) => name !== "",
    ),
  );
  for (const list of tables.actions.departments)
    for (const name of list.split(LISTED)) if (name && !departments.has(name)) departments.set(name, 0);
  const led = counted(tasks.department);
  const order = new Intl.Collator(page.lang).compare;
  const listed = [...departments.keys()].sort(order).map((name) => [name, led.get(name) ?? 0]);
  if (led.has("")) listed.push(["", led.get("")]);
  const states = counted(tasks.status);
  showFilters = [
    picker("department", () => listed, refresh),
    picker("project", () => every(projects).map((row) => [row, projects.tasks[row]]), refresh),
    picker("status", () => Object.keys(page.codes.status).map((code) => [code, states.get(code) ?? 0]), refresh),
    alertChips(refresh),
  ];
}

frame();
fromAddress();
controls();
refresh();
for (const query of [narrow, matchMedia("(prefers-color-scheme: dark)")])
  query.addEventListener("change", () => {
    showCharts();
    showRows();
  });
let width = innerWidth;
addEventListener("resize", () => {
  if (innerWidth === width) return; // a phone's address bar comes and goes
  width = innerWidth;
  requestAnimationFrame(showCharts);
});
addEventListener("beforeprint", print);
addEventListener("afterprint", () => byId("printed").replaceChildren());
document.documentElement.dataset.ready = String(Math.round(performance.now()));
