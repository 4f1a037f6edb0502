// The tables below: a declaration of columns for each tab, and one table that is searched, sorted and turned page by
// page. On a phone a row is a card: each cell carries its heading. What rows there are is decided in filters.js.

const COUNT = "n";
const DATE = "d";
const KEEP = "k"; // short texts that are not broken
const WIDE = "w"; // texts that take a line of their own on a phone

/** A column: heading, what it sorts and is searched by, and how it is shown (default: that value). */
function column(title, value, kind = "", show = null) {
  return { title, value, kind, show: show ?? ((row) => shownValue(kind, value(row))) };
}

function shownValue(kind, value) {
  if (value === null || value === undefined) return "";
  return kind === DATE ? dayText(value) : String(value);
}

/** A column of the tables that stands for itself. */
function plain(table, name, kind = "") {
  return column(heading(table, name), (row) => tables[table][name][row], kind);
}

function projectColumn(table) {
  const name = (row) => tables.projects.name[tables[table].project[row]] ?? "";
  return column(say("project"), name, WIDE);
}

/** An ID that leads to its file; its place is said for those who open it. */
function idColumn(table, name = "id") {
  const { project, sheet, row: line } = tables[table];
  return column(
    heading(table, name),
    (row) => tables[table][name][row],
    KEEP,
    (row) => {
      const place = say("place", {
        file: fileName(tables.projects.path[project[row]]),
        sheet: sheet[row],
        row: line[row],
      });
      return fileLink(project[row], tables[table][name][row] || say("place_short"), place);
    },
  );
}

function fileName(path) {
  return path.split(/[\\/]/).pop();
}

function fileLink(project, text, title) {
  const target = page.links[project];
  return target
    ? make("a", { href: target, title, target: "_blank", rel: "noopener" }, text)
    : make("span", { title }, text);
}

function signedColumn(table, name) {
  return column(
    heading(table, name),
    (row) => tables[table][name][row],
    COUNT,
    (row) => {
      const value = tables[table][name][row];
      return value > 0 ? make("span", { class: "late" }, signed(value)) : signed(value);
    },
  );
}

function coded(table, name, kind) {
  return column(heading(table, name), (row) => labelled(kind, tables[table][name][row]), KEEP);
}

/** Alerts in the order of their gravity, not of their words. */
function ragColumn(table) {
  const rank = (row) => (RAGS.indexOf(tables[table].rag[row]) + 5) % 5;
  return {
    ...column(heading(table, "rag"), rank, KEEP, (row) => pill(tables[table].rag[row])),
    words: (row) => labelled("rag", tables[table].rag[row]),
  };
}

function levelColumn() {
  const { level, score } = tables.risks;
  const paint = { high: "red", medium: "yellow", low: "green" };
  return {
    ...column(
      heading("risks", "level"),
      (row) => score[row],
      KEEP,
      (row) =>
        make(
          "span",
          { class: `pill ${paint[level[row]] ?? ""}` },
          `${labelled("level", level[row])} ${score[row] ?? ""}`,
        ),
    ),
    words: (row) => labelled("level", level[row]),
  };
}

function progressColumn() {
  const { done, tasks } = tables.projects;
  const share = (row) => (tasks[row] ? done[row] / tasks[row] : -1);
  return column(say("progress"), share, KEEP, (row) => {
    const bar = make("i");
    bar.style.width = `${100 * Math.max(0, share(row))}%`;
    return make(
      "span",
      {},
      make("span", { class: "meter", "aria-hidden": "true" }, bar),
      `${done[row]}/${tasks[row]}`,
    );
  });
}

function nextMilestoneColumn() {
  const { milestone, milestone_forecast: forecast } = tables.projects;
  return column(
    heading("projects", "milestone"),
    (row) => forecast[row],
    "",
    (row) =>
      milestone[row] ? make("span", {}, milestone[row], " ", make("small", {}, shortDay(forecast[row]))) : "",
  );
}

/** Figures that rest on a year without official holidays say so. */
function forecastColumn() {
  const { forecast_end: end, estimated } = tables.projects;
  return column(
    heading("projects", "forecast_end"),
    (row) => end[row],
    DATE,
    (row) =>
      estimated[row]
        ? make(
            "span",
            { title: estimated[row] },
            dayText(end[row]),
            " ",
            make("small", {}, heading("projects", "estimated")),
          )
        : dayText(end[row]),
  );
}

function comparedColumn() {
  const { compared, compared_kind: kind } = tables.tasks;
  return column(
    say("forecast_end"),
    (row) => compared[row],
    DATE,
    (row) =>
      compared[row] === null
        ? ""
        : make("span", {}, dayText(compared[row]), " ", make("small", {}, labelled("compared", kind[row]))),
  );
}

/** The tabs: rows of which table, which of them, in which order, with which columns. */
function tabs() {
  const { projects, tasks, slips, clashes, changes, skipped } = tables;
  const listed = (value) => value.split(LISTED).filter(Boolean).join(page.comma);
  return {
    projects: {
      link: true,
      order: (a, b) => byAlert(a, b),
      columns: [
        column(
          heading("projects", "name"),
          (row) => projects.name[row],
          WIDE,
          (row) => fileLink(row, projects.name[row], projects.path[row]),
        ),
        plain("projects", "department"),
        ragColumn("projects"),
        progressColumn(),
        column(
          say("counts"),
          (row) => projects.red[row],
          KEEP,
          (row) => `${projects.red[row]} / ${projects.yellow[row]} / ${projects.green[row]}`,
        ),
        plain("projects", "late", COUNT),
        plain("projects", "baseline_end", DATE),
        forecastColumn(),
        signedColumn("projects", "slip"),
        nextMilestoneColumn(),
        plain("projects", "high_risks", COUNT),
        plain("projects", "overdue_actions", COUNT),
      ],
    },
    tasks: {
      which: { late: (row) => tasks.late[row], open: (row) => tasks.open[row], all: () => true },
      order: (a, b) => (tasks.variance[b] ?? -999) - (tasks.variance[a] ?? -999),
      columns: [
        projectColumn("tasks"),
        idColumn("tasks"),
        plain("tasks", "task", WIDE),
        plain("tasks", "owner"),
        coded("tasks", "status", "status"),
        ragColumn("tasks"),
        signedColumn("tasks", "variance"),
        plain("tasks", "baseline", DATE),
        comparedColumn(),
        plain("tasks", "root", KEEP),
        plain("tasks", "reason", WIDE),
      ],
    },
    milestones: {
      which: {
        open: (row) => !tables.milestones.reached[row],
        late: (row) => !tables.milestones.reached[row] && tables.milestones.variance[row] > 0,
        all: () => true,
      },
      order: (a, b) => (tables.milestones.forecast[a] ?? 99999) - (tables.milestones.forecast[b] ?? 99999),
      columns: [
        projectColumn("milestones"),
        idColumn("milestones"),
        plain("milestones", "milestone", WIDE),
        plain("milestones", "department"),
        coded("milestones", "status", "status"),
        plain("milestones", "baseline", DATE),
        plain("milestones", "forecast", DATE),
        signedColumn("milestones", "variance"),
      ],
    },
    slips: {
      order: (a, b) => slips.late[b] - slips.late[a] || slips.days[b] - slips.days[a],
      columns: [
        projectColumn("slips"),
        idColumn("slips", "root"),
        plain("slips", "task", WIDE),
        plain("slips", "department"),
        coded("slips", "how", "how"),
        signedColumn("slips", "days"),
        plain("slips", "late", COUNT),
        signedColumn("slips", "most"),
        plain("slips", "cause", WIDE),
      ],
    },
    risks: {
      order: (a, b) => (tables.risks.score[b] ?? 0) - (tables.risks.score[a] ?? 0),
      columns: [
        projectColumn("risks"),
        idColumn("risks"),
        levelColumn(),
        plain("risks", "reason", WIDE),
        plain("risks", "department"),
      ],
    },
    actions: {
      which: { overdue: (row) => tables.actions.overdue[row] > 0, all: () => true },
      order: (a, b) => tables.actions.overdue[b] - tables.actions.overdue[a],
      columns: [
        projectColumn("actions"),
        idColumn("actions"),
        plain("actions", "action", WIDE),
        plain("actions", "owner"),
        plain("actions", "due", DATE),
        signedColumn("actions", "overdue"),
        plain("actions", "age", COUNT),
      ],
    },
    clashes: {
      order: (a, b) => clashes.most[b] - clashes.most[a],
      columns: [
        plain("clashes", "department"),
        plain("clashes", "person"),
        plain("clashes", "first", DATE),
        plain("clashes", "last", DATE),
        plain("clashes", "workdays", COUNT),
        plain("clashes", "most", COUNT),
        plain("clashes", "peak", DATE),
        column(heading("clashes", "tasks"), (row) => listed(clashes.tasks[row]), WIDE),
      ],
    },
    changes: {
      note: page.since ? say("since", { moment: page.since }) : say("first_run"),
      order: () => 0,
      columns: [
        column(say("project"), (row) => tables.projects.name[changes.project[row]] ?? "", WIDE),
        coded("changes", "kind", "change"),
        plain("changes", "id", KEEP),
        plain("changes", "what", WIDE),
        plain("changes", "department"),
        column(heading("changes", "before"), (row) => changeText(row, "before")),
        column(heading("changes", "after"), (row) => changeText(row, "after")),
        signedColumn("changes", "days"),
      ],
    },
    skipped: {
      order: (a, b) => skipped.grave[b] - skipped.grave[a],
      columns: [
        column(heading("skipped", "path"), (row) => skipped.path[row], WIDE),
        column(say("reason"), (row) => skipped.reason[row], WIDE),
        column(say("cure"), (row) => skipped.cure[row], WIDE),
        column(heading("skipped", "grave"), (row) => say(skipped.grave[row] ? "mend" : "harmless"), KEEP),
      ],
    },
  };
}

function changeText(row, name) {
  const value = tables.changes[name][row];
  return tables.changes.kind[row] === "rag" ? labelled("rag", value) : value;
}

function byAlert(a, b) {
  const { rag, slip, late } = tables.projects;
  const rank = (row) => (RAGS.indexOf(rag[row]) + 5) % 5;
  return rank(a) - rank(b) || (slip[b] ?? 0) - (slip[a] ?? 0) || late[b] - late[a];
}

/** Rows in the order of a column; texts as people sort them, empty ones last whatever the direction. */
function sorted(rows, { value }, direction) {
  const found = rows.map((row) => [row, value(row)]);
  const texts = found.some(([, one]) => typeof one === "string");
  const ranks = texts ? ranked(found.map(([, one]) => String(one))) : null;
  const key = (one) => (one === null || one === "" ? null : texts ? ranks.get(String(one)) : one);
  const keyed = found.map(([row, one]) => [row, key(one)]);
  keyed.sort(([, a], [, b]) => (a === null) - (b === null) || (a === null ? 0 : direction * (a - b)));
  return keyed.map(([row]) => row);
}

/** Each text's place in the order of the language; every text is compared once. */
function ranked(texts) {
  const order = new Intl.Collator(page.lang, { numeric: true }).compare;
  return new Map([...new Set(texts)].sort(order).map((text, place) => [text, place]));
}

const haystacks = new Map(); // tab → what each row is searched by

function searched(name, tab, rows, words) {
  const wanted = words.trim().split(/\s+/).map(folded).filter(Boolean);
  if (!wanted.length) return rows;
  if (!haystacks.has(name)) haystacks.set(name, []);
  const found = haystacks.get(name);
  return rows.filter((row) => {
    found[row] ??= tab.columns
      .map((one) => folded((one.words ?? ((at) => shownValue(one.kind, one.value(at))))(row)))
      .join("\u001f");
    return wanted.every((word) => found[row].includes(word));
  });
}

/** The body of a table; `heads` makes the cells of its head. */
function tableRows(tab, rows, heads) {
  const cell = (one, row) => {
    const shown = one.show(row);
    return make(
      "td",
      { class: `${one.kind}${shown === "" ? " empty" : ""}`, "data-label": one.title },
      make("div", {}, shown),
    );
  };
  const lines = rows.map((row) =>
    make(
      "tr",
      {},
      tab.columns.map((one) => cell(one, row)),
    ),
  );
  return [make("thead", {}, make("tr", {}, tab.columns.map(heads))), make("tbody", {}, lines)];
}
