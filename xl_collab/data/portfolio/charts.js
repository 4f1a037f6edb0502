// The charts: options for ECharts out of plain figures. Colours are those of the style sheet, so that light and dark
// follow it. Tooltips are drawn into the canvas ("richText"), so that no text of a workbook ever becomes markup.

const drawn = new Map(); // element → its chart
const narrow = matchMedia("(max-width: 640px)");

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** Draw a chart of so many pixels height; `label` is what a screen reader says of it. */
function draw(element, height, label, option, clicked) {
  element.style.height = `${height}px`;
  element.setAttribute("aria-label", label);
  let chart = drawn.get(element);
  if (!chart) {
    chart = echarts.init(element, null, { renderer: "canvas" });
    drawn.set(element, chart);
  }
  chart.off("click");
  if (clicked) chart.on("click", clicked);
  chart.resize();
  chart.clear(); // else parts of milestones that are no longer there stay
  chart.setOption(
    {
      animation: false,
      useUTC: true,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      ...option,
    },
    true,
  );
}

function tooltip(formatter, trigger = "item") {
  return {
    trigger,
    formatter,
    renderMode: "richText",
    confine: true,
    backgroundColor: colour("panel"),
    borderColor: colour("rule"),
    textStyle: { color: colour("ink"), fontSize: 12, lineHeight: 18 },
    axisPointer: { type: "none" },
  };
}

const axisText = (size = 12) => ({ color: colour("quiet"), fontSize: size });
const ruleLine = () => ({ lineStyle: { color: colour("rule") } });

/** A text cut to so many widths of a Chinese character. */
function cut(text, most) {
  let width = 0;
  for (let at = 0; at < text.length; at++) {
    width += text.charCodeAt(at) > 255 ? 1 : 0.55;
    if (width > most) return `${text.slice(0, at)}…`;
  }
  return text;
}

/** The names beside an axis: as wide as the widest, with a cap. */
function nameWidth(names, most, size = 12) {
  const widest = Math.max(
    ...names.map((name) => [...name].reduce((sum, one) => sum + (one.charCodeAt(0) > 255 ? 1 : 0.58), 0)),
  );
  return Math.ceil(Math.min(widest, most) * size) + 12;
}

// -- alerts by department ---------------------------------------------------------------------------

function drawDepartments(lines, chooseDepartment) {
  const most = narrow.matches ? 7 : 14;
  const codes = [...RAGS, "other"];
  const names = lines.map((line) => shownAs("department", line.name));
  const widest = Math.max(...lines.map((line) => line.tasks));
  const roomFor = (number) => (number / widest) * (narrow.matches ? 230 : 420) > 9 * String(number).length + 4;
  const series = codes.map((code) => ({
    type: "bar",
    stack: "tasks",
    name: code,
    barMaxWidth: 26,
    barCategoryGap: "30%",
    itemStyle: {
      color: colour(`${code === "other" ? "none" : code}-bar`),
      borderColor: colour("panel"),
      borderWidth: 1,
    },
    label: {
      show: true,
      fontSize: 11,
      color: code === "red" || code === "blue" ? "#ffffff" : "#1f2937",
      formatter: ({ value }) => (value && roomFor(value) ? value : ""),
    },
    data: lines.map((line) => line[code]),
  }));
  const told = ({ dataIndex }) => {
    const line = lines[dataIndex];
    const parts = codes
      .filter((code) => line[code])
      .map(
        (code) => `${SIGNS[code] ?? "○"} ${code === "other" ? say("others") : labelled("rag", code)} ${line[code]}`,
      );
    return [names[dataIndex], ...parts, `${say("total")} ${line.tasks}`].join("\n");
  };
  draw(
    byId("departments").querySelector(".chart"),
    departmentsHeight(lines.length),
    say("departments_title"),
    {
      grid: { left: nameWidth(names, most), right: 44, top: 4, bottom: 22 },
      tooltip: tooltip(told),
      xAxis: { type: "value", axisLabel: axisText(11), splitLine: ruleLine(), minInterval: 1 },
      yAxis: [
        {
          type: "category",
          inverse: true,
          data: names,
          axisTick: { show: false },
          axisLine: ruleLine(),
          axisLabel: { ...axisText(), color: colour("ink"), interval: 0, formatter: (name) => cut(name, most) },
        },
        {
          type: "category",
          inverse: true,
          position: "right",
          data: lines.map((line) => line.tasks),
          axisTick: { show: false },
          axisLine: { show: false },
          axisLabel: { ...axisText(11), interval: 0 },
        },
      ],
      series,
    },
    ({ dataIndex }) => chooseDepartment(lines[dataIndex].name),
  );
}

/** High enough for its lines, and where there is room as high as the panel beside it. */
function departmentsHeight(lines) {
  const needed = 26 * lines + 30;
  const beside = narrow.matches || lines < 4 ? 0 : byId("slips").offsetHeight - 118;
  return Math.max(120, needed, Math.min(beside, 52 * lines + 30));
}

// -- milestones -------------------------------------------------------------------------------------

/** Colour of a milestone by how it stands. */
function milestoneColour(row) {
  const { reached, variance } = tables.milestones;
  if (variance[row] > 0) return colour(reached[row] ? "yellow-bar" : "red-bar");
  return colour(reached[row] ? "blue-bar" : "green-bar");
}

function milestoneStands(row) {
  const { reached, variance } = tables.milestones;
  const late =
    variance[row] > 0
      ? `${say(reached[row] ? "ms_late" : "slipping")} ${say("slip_days", { days: variance[row] })}`
      : say("on_time");
  return reached[row] ? say("reached") + page.dot + late : late;
}

function diamond(x, y, size, style) {
  return {
    type: "path",
    shape: { pathData: "M0 -1L1 0L0 1L-1 0Z", x: -size, y: -size, width: 2 * size, height: 2 * size },
    x,
    y,
    style,
  };
}

function drawTimeline(lines, first, last, chooseProject) {
  const { milestones, projects } = tables;
  const most = narrow.matches ? 7 : 16;
  const names = lines.map((line) => projects.name[line.project]);
  const data = lines.flatMap((line, place) => marks(line, place));
  const draw1 = (params, api) => drawnMilestone(params, api, data[params.dataIndex]);
  const told = ({ dataIndex }) => {
    const { row } = data[dataIndex];
    const lead = milestones.department[row] ? page.dot + milestones.department[row] : "";
    return [
      projects.name[milestones.project[row]],
      `${milestones.id[row]} ${milestones.milestone[row]}${lead}`,
      `${heading("milestones", "baseline")} ${dayText(milestones.baseline[row])}`,
      `${heading("milestones", "forecast")} ${dayText(milestones.forecast[row])}`,
      milestoneStands(row),
    ].join("\n");
  };
  const left = nameWidth(names, most);
  const long = last - first > 150;
  const ticks = long ? firstsOfMonths(first, last) : mondays(first, last);
  draw(
    byId("timeline").querySelector(".chart"),
    34 * lines.length + 44,
    say("timeline_title"),
    {
      grid: { left, right: 18, top: 26, bottom: 8 },
      tooltip: tooltip(told),
      xAxis: {
        type: "time",
        position: "top",
        min: ORIGIN + first * DAY,
        max: ORIGIN + last * DAY,
        axisLine: ruleLine(),
        axisTick: { show: false, customValues: ticks },
        splitLine: { show: true, ...ruleLine() },
        axisLabel: {
          ...axisText(11),
          hideOverlap: true,
          customValues: ticks,
          formatter: (time) => new Date(time).toISOString().slice(...(long ? [0, 7] : [5, 10])),
        },
      },
      yAxis: {
        type: "category",
        inverse: true,
        data: names.map((_, place) => place),
        axisTick: { show: false },
        axisLine: { show: false },
        splitLine: { show: true, ...ruleLine() },
        axisLabel: {
          color: colour("ink"),
          fontSize: 12,
          interval: 0,
          formatter: (place) => cut(names[place], most),
        },
      },
      series: [
        {
          type: "custom",
          silent: true,
          data: [[ORIGIN, 0]],
          renderItem: (params) => todayLine(params, first, last),
        },
        {
          type: "custom",
          clip: true,
          encode: { x: [0, 1], y: 2 },
          data: data.map((mark) => ({ value: [ORIGIN + mark.from * DAY, ORIGIN + mark.to * DAY, mark.place] })),
          renderItem: draw1,
        },
      ],
    },
    ({ seriesIndex, dataIndex }) => seriesIndex === 1 && chooseProject(milestones.project[data[dataIndex].row]),
  );
}

function mondays(first, last) {
  const found = [];
  for (let day = first; day <= last; day++)
    if (new Date(ORIGIN + day * DAY).getUTCDay() === 1) found.push(ORIGIN + day * DAY);
  return found.filter((_, place) => place % 2 === 0);
}

function firstsOfMonths(first, last) {
  const found = [];
  for (let day = first; day <= last; day++)
    if (new Date(ORIGIN + day * DAY).getUTCDate() === 1) found.push(ORIGIN + day * DAY);
  const step = Math.ceil(found.length / 14);
  return found.filter((_, place) => place % step === 0);
}

/** The milestones of a line in order of their forecast, each with the place of the next one: room for its name. */
function marks(line, place) {
  const { baseline, forecast } = tables.milestones;
  const ends = (row) => [baseline[row] ?? forecast[row], forecast[row] ?? baseline[row]];
  const ordered = line.milestones
    .map((row) => ({ row, place, from: ends(row)[0], to: ends(row)[1] }))
    .sort((a, b) => a.to - b.to);
  ordered.forEach((mark, at) => {
    mark.next = ordered[at + 1] ? Math.min(ordered[at + 1].from, ordered[at + 1].to) : null;
  });
  return ordered;
}

function drawnMilestone(params, api, mark) {
  const [from, y] = api.coord([ORIGIN + mark.from * DAY, mark.place]);
  const [to] = api.coord([ORIGIN + mark.to * DAY, mark.place]);
  const { x, width } = params.coordSys;
  if (Math.max(from, to) < x || Math.min(from, to) > x + width) return null;
  const inside = (at) => at >= x - 1 && at <= x + width + 1;
  const paint = milestoneColour(mark.row);
  const children = [
    {
      type: "rect",
      shape: { x: Math.min(from, to) - 8, y: y - 12, width: Math.abs(to - from) + 16, height: 24 },
      style: { fill: "transparent" },
    },
  ];
  if (to !== from) {
    children.push({
      type: "line",
      shape: { x1: Math.max(from, x), y1: y, x2: Math.min(to, x + width), y2: y },
      style: { stroke: paint, lineWidth: 2 },
    });
    if (inside(from))
      children.push(diamond(from, y, 6, { fill: colour("panel"), stroke: colour("quiet"), lineWidth: 1.5 }));
  }
  if (inside(to)) children.push(diamond(to, y, 7, { fill: paint, stroke: colour("panel"), lineWidth: 1 }));
  const end =
    mark.next === null ? x + width : Math.min(api.coord([ORIGIN + mark.next * DAY, mark.place])[0] - 8, x + width);
  const begin = Math.max(from, to) + 9;
  const name = tables.milestones.milestone[mark.row];
  const room = Math.floor((end - begin) / 11.5);
  if (room >= 2 && inside(to)) {
    const shown = cut(name, room - 0.8);
    if (shown === name || room >= 4)
      children.push({
        type: "text",
        silent: true,
        style: { text: shown, x: begin, y, textVerticalAlign: "middle", fill: colour("quiet"), fontSize: 11 },
      });
  }
  return { type: "group", children };
}

function todayLine({ coordSys: { x, y, width, height } }, first, last) {
  const at = x + (width * (0 - first)) / (last - first);
  return {
    type: "line",
    shape: { x1: at, y1: y, x2: at, y2: y + height },
    style: { stroke: colour("blue-bar"), lineWidth: 1.5, lineDash: [4, 3] },
  };
}

// -- load -------------------------------------------------------------------------------------------

function drawLoad({ weeks, lines }, chooseDepartment) {
  const most = narrow.matches ? 6 : 14;
  const names = lines.map((line) => shownAs("department", line.name));
  const cells = lines.flatMap((line, y) => weeks.map((week, x) => [x, y, line.days.get(week) ?? 0]));
  const highest = Math.max(1, ...cells.map(([, , days]) => days));
  const ink = (days) => colour(days > 0.6 * highest ? "on-heat-1" : "on-heat-0");
  const left = nameWidth(names, most);
  const width = byId("load").querySelector(".chart").clientWidth - left - 10;
  const size = Math.min(12, Math.max(0, Math.floor(width / weeks.length / 2.1)));
  draw(
    byId("load").querySelector(".chart"),
    30 * lines.length + 40,
    say("load_title"),
    {
      grid: { left, right: 10, top: 28, bottom: 6 },
      tooltip: tooltip(
        ({ value: [x, y, days] }) =>
          `${names[y]}\n${say("week_of", { day: dayText(weeks[x]) })}\n${say("task_days", { n: days })}`,
      ),
      xAxis: {
        type: "category",
        position: "top",
        data: weeks.map(shortDay),
        axisTick: { show: false },
        axisLine: { show: false },
        axisLabel: { ...axisText(11), interval: Math.ceil(42 / (width / weeks.length)) - 1 },
      },
      yAxis: {
        type: "category",
        inverse: true,
        data: names,
        axisTick: { show: false },
        axisLine: { show: false },
        axisLabel: { color: colour("ink"), fontSize: 12, interval: 0, formatter: (name) => cut(name, most) },
      },
      visualMap: { show: false, min: 0, max: highest, inRange: { color: [colour("heat-0"), colour("heat-1")] } },
      series: [
        {
          type: "heatmap",
          itemStyle: { borderColor: colour("panel"), borderWidth: 2, borderRadius: 3 },
          emphasis: { itemStyle: { borderColor: colour("focus") } },
          data: cells.map((value) => ({
            value,
            label: {
              show: size >= 7 && value[2] > 0,
              fontSize: size,
              color: ink(value[2]),
              formatter: String(value[2]),
            },
          })),
        },
      ],
    },
    ({ value }) => chooseDepartment(lines[value[1]].name),
  );
}

// -- trend ------------------------------------------------------------------------------------------

function drawTrend(points) {
  const days = points.map((point) => point.run.slice(5, 10));
  const axes = {
    grid: { left: 40, right: 44, top: 14, bottom: 24 },
    xAxis: {
      type: "category",
      data: days,
      axisTick: { show: false },
      axisLine: ruleLine(),
      axisLabel: { ...axisText(11), hideOverlap: true },
    },
    yAxis: { type: "value", minInterval: 1, axisLabel: axisText(11), splitLine: ruleLine() },
  };
  const told = (names) => (found) =>
    [
      points[found[0].dataIndex].run,
      ...names.map(([key, word]) => `${word} ${points[found[0].dataIndex][key]}`),
    ].join("\n");
  const shares = [
    ["red", labelled("rag", "red")],
    ["yellow", labelled("rag", "yellow")],
    ["others", say("others")],
  ];
  draw(byId("trend-projects"), 220, say("trend_projects"), {
    ...axes,
    tooltip: tooltip(told([...shares, ["projects", say("total")]]), "axis"),
    series: shares.map(([key]) => ({
      type: "bar",
      stack: "projects",
      barMaxWidth: 34,
      data: points.map((point) => point[key]),
      itemStyle: {
        color: colour(key === "others" ? "none-bar" : `${key}-bar`),
        borderColor: colour("panel"),
        borderWidth: 1,
      },
      label: {
        show: points.length <= (narrow.matches ? 8 : 16) && key !== "others",
        fontSize: 11,
        color: key === "red" ? "#ffffff" : "#1f2937",
        formatter: ({ value }) => value || "",
      },
    })),
  });
  const lists = [
    ["late", say("kpi_late"), "red-bar", "circle"],
    ["overdue", say("kpi_actions"), "blue-bar", "diamond"],
  ];
  draw(byId("trend-lists"), 220, say("trend_lists"), {
    ...axes,
    tooltip: tooltip(told(lists), "axis"),
    series: lists.map(([key, , paint, symbol]) => ({
      type: "line",
      data: points.map((point) => point[key]),
      symbol,
      symbolSize: 7,
      itemStyle: { color: colour(paint) },
      lineStyle: { width: 2.5, color: colour(paint), type: key === "late" ? "solid" : "dashed" },
      endLabel: { show: true, color: colour("ink"), fontSize: 12, formatter: ({ value }) => value },
    })),
  });
}
