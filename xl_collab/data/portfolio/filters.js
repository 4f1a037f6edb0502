// What is chosen (departments, projects, states of tasks, alerts of projects), what that leaves of every table,
// and the address that keeps it. Sums are in figures.js, the controls in controls.js.

const chosen = { department: new Set(), project: new Set(), status: new Set(), rag: new Set() };

/** The rows that the filters leave, by table: row numbers in their order.
 *
 * Project, alert and status choose projects; a status chooses among their tasks and milestones too. A department keeps
 * the rows that it leads and the actions that it is among, and the projects that have any of these. The trend and the
 * skipped files follow nothing.
 */
function left() {
  const { projects } = tables;
  const doing = withStatus();
  const admitted = every(projects).map(
    (row) => passes("project", row) && passes("rag", projects.rag[row]) && (!doing || doing.has(row)),
  );
  const of = (table, more) =>
    every(tables[table]).filter((row) => admitted[tables[table].project[row]] && more(tables[table], row));
  const led = (table, row) => passes("department", table.department[row]);
  const found = {
    tasks: of("tasks", (table, row) => led(table, row) && passes("status", table.status[row])),
    milestones: of("milestones", (table, row) => led(table, row) && passes("status", table.status[row])),
    risks: of("risks", led),
    actions: of("actions", (table, row) => anyPasses(table.departments[row])),
    slips: of("slips", led),
    weeks: of("weeks", led),
    clashes: every(tables.clashes).filter(
      (row) => led(tables.clashes, row) && tables.clashes.projects[row].some((one) => admitted[one]),
    ),
    skipped: every(tables.skipped),
    runs: every(tables.runs),
  };
  const shown = shownProjects(found);
  found.projects = every(projects).filter((row) => admitted[row] && (!shown || shown.has(row)));
  found.changes = every(tables.changes).filter((row) => changeLeft(row, admitted, shown));
  found.whole = chosen.department.size + chosen.status.size === 0; // figures of whole projects then
  return found;
}

/** Projects with a task of a chosen status; null where none is chosen. */
function withStatus() {
  const { tasks } = tables;
  if (!chosen.status.size) return null;
  return new Set(
    every(tasks)
      .filter((row) => passes("status", tasks.status[row]))
      .map((row) => tasks.project[row]),
  );
}

/** Projects in which a chosen department has anything; null where none is chosen. */
function shownProjects(found) {
  if (!chosen.department.size) return null;
  const of = (table) => found[table].map((row) => tables[table].project[row]);
  return new Set(["tasks", "milestones", "risks", "actions"].flatMap(of));
}

function passes(kind, value) {
  return chosen[kind].size === 0 || chosen[kind].has(value);
}

function anyPasses(list) {
  return chosen.department.size === 0 || list.split(LISTED).some((one) => chosen.department.has(one));
}

/** A change of a task is its department's; one of a project goes with the project; a project that is gone with none. */
function changeLeft(row, admitted, shown) {
  const { project, department } = tables.changes;
  if (project[row] < 0) return !isFiltered();
  if (!admitted[project[row]]) return false;
  return department[row] ? passes("department", department[row]) : !shown || shown.has(project[row]);
}

function isFiltered() {
  return Object.values(chosen).some((set) => set.size > 0);
}

function toggle(kind, value) {
  if (!chosen[kind].delete(value)) chosen[kind].add(value);
}

/** What is chosen in words, for paper and for screen readers; "" for nothing. */
function chosenInWords() {
  const said = Object.entries(chosen).filter(([, set]) => set.size);
  const listed = said.map(
    ([kind, set]) => `${say(kind)} ${[...set].map((value) => shownAs(kind, value)).join(page.comma)}`,
  );
  return listed.length ? say("filtered", { what: listed.join(page.semicolon) }) : "";
}

/** A choice as people read it. */
function shownAs(kind, value) {
  if (kind === "project") return tables.projects.name[value];
  if (kind === "department") return value || say("nobody");
  if (kind === "rag" && !value) return say("without_tasks");
  return labelled(kind, value);
}

/** The choice as the part of the address behind #; projects by their place, as the file has them. */
function toAddress() {
  const words = new URLSearchParams();
  for (const [kind, set] of Object.entries(chosen)) for (const value of set) words.append(kind, value);
  history.replaceState(null, "", words.size ? `#${words}` : location.pathname + location.search);
}

function fromAddress() {
  for (const [kind, value] of new URLSearchParams(location.hash.slice(1))) {
    if (kind === "project" && tables.projects.name[Number(value)] !== undefined) chosen.project.add(Number(value));
    else if (kind in chosen && kind !== "project") chosen[kind].add(value);
  }
}
