// Sums over the rows that the filters leave; plain numbers, no element and no chart here.

function sum(values) {
  return values.reduce((total, value) => total + (value ?? 0), 0);
}

/** How often each value occurs: Map of value → number. */
function counted(values) {
  const found = new Map();
  for (const value of values) found.set(value, (found.get(value) ?? 0) + 1);
  return found;
}

/** The figures on the cards. Where no department or status is chosen, tasks are those of the projects' own counts. */
function totals(view) {
  const { projects, tasks, milestones, risks, actions } = tables;
  const live = view.tasks.filter((row) => tasks.status[row] !== "cancelled");
  const ofProjects = (column) => sum(view.projects.map((row) => projects[column][row]));
  const ahead = view.milestones.filter((row) => !milestones.reached[row]);
  const levels = chosen.department.size ? counted(view.risks.map((row) => risks.level[row])) : null;
  return {
    projects: view.projects.length,
    rags: counted(view.projects.map((row) => projects.rag[row])),
    tasks: view.whole ? ofProjects("tasks") : live.length,
    done: view.whole ? ofProjects("done") : live.filter((row) => tasks.status[row] === "done").length,
    late: view.whole ? ofProjects("late") : view.tasks.filter((row) => tasks.late[row]).length,
    roots: view.slips.length,
    ahead: ahead.length,
    slipping: ahead.filter((row) => milestones.variance[row] > 0).length,
    highRisks: levels ? (levels.get("high") ?? 0) : ofProjects("high_risks"),
    risks: levels
      ? view.risks.length
      : ofProjects("high_risks") + ofProjects("medium_risks") + ofProjects("low_risks"),
    actions: chosen.department.size ? view.actions.length : ofProjects("open_actions"),
    overdue: chosen.department.size
      ? view.actions.filter((row) => actions.overdue[row] > 0).length
      : ofProjects("overdue_actions"),
  };
}

/** Tasks by department and alert, the most red ones first: [{name, red, yellow, green, blue, other, tasks}]. */
function departmentAlerts(view) {
  const { tasks } = tables;
  const found = new Map();
  for (const row of view.tasks) {
    if (tasks.status[row] === "cancelled") continue;
    const name = tasks.department[row];
    if (!found.has(name)) found.set(name, { name, red: 0, yellow: 0, green: 0, blue: 0, other: 0, tasks: 0 });
    const line = found.get(name);
    line[tasks.rag[row] || "other"] += 1;
    line.tasks += 1;
  }
  return [...found.values()].sort((a, b) => b.red - a.red || b.yellow - a.yellow || b.tasks - a.tasks);
}

/** Roots of delays, the one with most late tasks first. */
function worstSlips(view) {
  const { late, days } = tables.slips;
  return [...view.slips].sort((a, b) => late[b] - late[a] || days[b] - days[a]);
}

/** Rows of the timeline: projects with milestones between two days, the most urgent first. */
function timelineRows(view, first, last) {
  const { milestones, projects } = tables;
  const found = new Map();
  for (const row of view.milestones) {
    const days = [milestones.baseline[row], milestones.forecast[row]].filter((day) => day !== null);
    if (!days.some((day) => day >= first && day <= last)) continue;
    const project = milestones.project[row];
    if (!found.has(project)) found.set(project, { project, milestones: [] });
    found.get(project).milestones.push(row);
  }
  const worst = (line) =>
    Math.max(...line.milestones.map((row) => (milestones.reached[row] ? 0 : (milestones.variance[row] ?? 0))));
  const rank = (line) => (RAGS.indexOf(projects.rag[line.project]) + 5) % 5;
  const lines = [...found.values()].map((line) => ({ ...line, worst: worst(line), rank: rank(line) }));
  return lines.sort((a, b) => a.rank - b.rank || b.worst - a.worst || a.project - b.project);
}

/** Load: weeks as days of their Monday, and departments with task-days by week, the busiest first. */
function load(view) {
  const { weeks } = tables;
  const begin = -((new Date(ORIGIN).getUTCDay() + 6) % 7); // Monday of the data date
  const rows = view.weeks.filter((row) => weeks.week[row] >= begin);
  const found = new Map();
  let last = begin;
  for (const row of rows) {
    const name = weeks.department[row];
    if (!found.has(name)) found.set(name, { name, days: new Map(), total: 0 });
    const line = found.get(name);
    line.days.set(weeks.week[row], (line.days.get(weeks.week[row]) ?? 0) + weeks.days[row]);
    line.total += weeks.days[row];
    last = Math.max(last, weeks.week[row]);
  }
  const mondays = [];
  for (let week = begin; week <= last; week += 7) mondays.push(week);
  return { weeks: mondays, lines: [...found.values()].sort((a, b) => b.total - a.total) };
}

/** The runs, the oldest first, with the projects that are neither red nor yellow. */
function trend() {
  const { runs } = tables;
  const ordered = every(runs).sort((a, b) => (runs.run[a] < runs.run[b] ? -1 : 1));
  return ordered.map((row) => ({
    run: runs.run[row],
    projects: runs.projects[row],
    red: runs.red_projects[row],
    yellow: runs.yellow_projects[row],
    others: runs.projects[row] - runs.red_projects[row] - runs.yellow_projects[row],
    late: runs.late[row],
    overdue: runs.overdue_actions[row],
  }));
}
