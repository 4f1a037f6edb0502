// Reads what the page carries (documents/portfolio/page_data.py): tables by column, days as numbers counted from
// the data date, words in the page's language. Also: how an element is made. Texts become text, never markup.

const page = JSON.parse(document.getElementById("page-data").textContent);
const ORIGIN = Date.parse(page.as_of + "T00:00:00Z");
const DAY = 86400000;
const RAGS = ["red", "yellow", "green", "blue"];
const SIGNS = { red: "▲", yellow: "◆", green: "●", blue: "✓" };
const LISTED = "\u001f"; // what parts the texts of a list

/** A column as the page carries it → its values. */
function decoded(column) {
  return Array.isArray(column) ? column : column.at.map((number) => column.words[number]);
}

const tables = {};
for (const [key, columns] of Object.entries(page.tables)) {
  tables[key] = Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, decoded(column)]));
  tables[key].length = Object.values(tables[key])[0].length;
}

/** The numbers of all rows of a table. */
function every(table) {
  return Array.from({ length: table.length }, (_, row) => row);
}

function dayText(day) {
  return day === null ? "" : new Date(ORIGIN + day * DAY).toISOString().slice(0, 10);
}

function shortDay(day) {
  return dayText(day).slice(5);
}

/** A word of the page: {n} stands for a value, {n:task|tasks} for the number with its noun, + for its sign. */
function say(key, values = {}) {
  return page.words[key].replace(/\{(\w+)(?::([^}]*))?\}/g, (_, name, spec) => {
    const value = values[name];
    if (spec === undefined) return String(value);
    const sign = spec.startsWith("+") && value > 0 ? "+" : "";
    const [one, many] = spec.replace(/^\+/, "").split("|");
    return `${sign}${value}${one || many ? ` ${Math.abs(value) === 1 ? one : many}` : ""}`;
  });
}

function signed(value) {
  return value === null ? "" : value > 0 ? `+${value}` : String(value);
}

/** The heading of a column, as workbook and JSON have it. */
function heading(table, column) {
  return page.labels[table][column];
}

/** The label of a code: rag, status, level, how, change. */
function labelled(kind, code) {
  const known = Object.prototype.hasOwnProperty.call(page.codes[kind], code); // a text may be "constructor"
  return known ? page.codes[kind][code] : code;
}

/** An element with attributes (class, hidden, onclick …) and children; a text is put in as text. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

function byId(id) {
  return document.getElementById(id);
}

/** An alert as people read it: sign and word, with its colour. */
function pill(rag) {
  return rag ? make("span", { class: `pill ${rag}` }, `${SIGNS[rag]} ${labelled("rag", rag)}`) : "";
}

/** A bar whose parts have these shares: [[class, number], …]. */
function stack(parts) {
  const bar = make("div", { class: "stack", "aria-hidden": "true" });
  for (const [name, share] of parts) {
    if (!share) continue;
    const part = make("i", { class: name });
    part.style.flex = `${share} 0 0`;
    bar.append(part);
  }
  return bar;
}
