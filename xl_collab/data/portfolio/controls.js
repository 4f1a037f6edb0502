// The controls of the filters: a button with a list to tick (department, project, status), and the alerts as
// buttons. Each change calls `changed`. What a choice means is in filters.js.

const MOST_LISTED = 100; // choices that a list shows at once; more are found by typing

/** A filter with a list to tick. `choices` gives [[value, how many tasks or projects], …]. */
function picker(kind, choices, changed) {
  const place = byId(`filter-${kind}`);
  const button = make("button", {
    type: "button",
    "aria-expanded": "false",
    "aria-controls": `${kind}-list`,
    onclick: () => (isOpen() ? close() : open()),
  });
  const drop = make("div", {
    class: "drop",
    id: `${kind}-list`,
    role: "group",
    "aria-label": say(kind),
    hidden: "",
  });
  const search = make("input", {
    type: "search",
    "aria-label": say("search_in", { what: say(kind) }),
    placeholder: say("search_in", { what: say(kind) }),
    autocomplete: "off",
    oninput: fill,
  });
  const list = make("ul");
  const more = make("span", { class: "note", role: "status" });
  const clear = make(
    "button",
    {
      type: "button",
      onclick: () => {
        chosen[kind].clear();
        fill();
        changed();
      },
    },
    say("clear"),
  );
  drop.append(...(choices().length > 8 ? [search] : []), list, make("div", { class: "foot" }, more, clear));
  place.append(button, drop);
  place.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isOpen()) {
      close();
      button.focus();
    }
  });
  place.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !place.contains(event.relatedTarget)) close();
  });
  document.addEventListener("pointerdown", (event) => {
    if (isOpen() && !place.contains(event.target)) close();
  });

  function isOpen() {
    return !drop.hidden;
  }
  function close() {
    drop.hidden = true;
    button.setAttribute("aria-expanded", "false");
  }
  function open() {
    search.value = "";
    fill();
    drop.hidden = false;
    button.setAttribute("aria-expanded", "true");
    (drop.querySelector("input") ?? button).focus();
  }
  function fill() {
    const wanted = folded(search.value);
    const found = choices().filter(([value]) => folded(shownAs(kind, value)).includes(wanted));
    found.sort(([a], [b]) => chosen[kind].has(b) - chosen[kind].has(a));
    list.replaceChildren(...found.slice(0, MOST_LISTED).map(line));
    more.textContent = !found.length
      ? say("none_found")
      : found.length > MOST_LISTED
        ? say("more_found", { n: found.length - MOST_LISTED })
        : "";
  }
  function line([value, number]) {
    const box = make("input", {
      type: "checkbox",
      onchange: () => {
        toggle(kind, value);
        changed();
      },
    });
    box.checked = chosen[kind].has(value);
    return make(
      "li",
      {},
      make("label", {}, box, make("span", {}, shownAs(kind, value)), make("span", {}, String(number))),
    );
  }
  return function show() {
    const values = [...chosen[kind]];
    const said =
      values.length === 0
        ? say("all")
        : values.length === 1
          ? shownAs(kind, values[0])
          : say("chosen", { n: values.length });
    place.classList.toggle("some", values.length > 0);
    const number = values.length ? ` ${values.length}` : "";
    button.replaceChildren(
      make("span", { class: "long" }, `${say(kind)}${page.colon}${said}`),
      make("span", { class: "short", "aria-hidden": "true" }, say(`short_${kind}`) + number),
    );
    if (isOpen() && !drop.contains(document.activeElement)) fill();
  };
}

/** The alerts of projects as buttons with how many projects each has among all. */
function alertChips(changed) {
  const numbers = counted(tables.projects.rag);
  const codes = [...RAGS, ""].filter((rag) => (rag ? true : numbers.has(rag)));
  const buttons = codes.map((rag) =>
    make(
      "button",
      {
        type: "button",
        "data-rag": rag,
        class: rag ? `ink-${rag}` : "",
        onclick: () => {
          toggle("rag", rag);
          changed();
        },
      },
      `${SIGNS[rag] ?? "○"} ${shownAs("rag", rag)} ${numbers.get(rag) ?? 0}`,
    ),
  );
  byId("filter-rag").append(...buttons);
  return function show() {
    for (const button of buttons) button.setAttribute("aria-pressed", String(chosen.rag.has(button.dataset.rag)));
  };
}

/** Buttons of which one is pressed: [[value, word], …]. */
function choice(place, options, current, changed) {
  place.replaceChildren(
    ...options.map(([value, word]) =>
      make(
        "button",
        {
          type: "button",
          "data-value": value,
          "aria-pressed": String(value === current),
          onclick: () => changed(value),
        },
        word,
      ),
    ),
  );
}

/** Back, place, forth. */
function pager(place, at, pages, text, turn) {
  if (pages < 2) return place.replaceChildren();
  const before = make("button", { type: "button", onclick: () => turn(at - 1) }, say("page_before"));
  const after = make("button", { type: "button", onclick: () => turn(at + 1) }, say("page_after"));
  before.disabled = at === 0;
  after.disabled = at === pages - 1;
  const held =
    document.activeElement === place.lastElementChild
      ? after
      : document.activeElement === place.firstElementChild
        ? before
        : null;
  place.replaceChildren(before, make("span", { class: "note" }, text), after);
  if (held && !held.disabled) held.focus();
}

/** A text as it is compared: width, case and blanks do not count. */
function folded(text) {
  return String(text).normalize("NFKC").toLowerCase().replace(/\s+/g, "");
}
