(() => {
  "use strict";
  const all = (query, root = document) => [...root.querySelectorAll(query)];
  all(".with-script").forEach((part) => (part.hidden = false));

  // Mark where the reader is in the contents: the last heading above a third of the window.
  const links = all(".toc a");
  const places = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  const mark = () => {
    const end = window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 4;
    let here = 0;
    places.forEach((place, n) => {
      if (place && place.getBoundingClientRect().top <= window.innerHeight / 3) here = n;
    });
    if (end && window.scrollY > 0) here = links.length - 1;
    links.forEach((link, n) =>
      n === here ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current"));
  };
  let waiting = false;
  const later = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; mark(); });
  };
  addEventListener("scroll", later, { passive: true });
  addEventListener("resize", later);
  mark();

  const save = (href, name) => {
    const link = document.createElement("a");
    link.href = href;
    link.download = name;
    link.click();
  };
  // A figure's files are made from the page itself, so that the page can travel alone.
  const toFile = (svg) => {
    const text = new XMLSerializer().serializeToString(svg);
    return "data:image/svg+xml;charset=utf-8," + encodeURIComponent(text);
  };
  const toPng = (svg, done) => {
    const box = svg.viewBox.baseVal, scale = 2, picture = new Image();
    picture.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = box.width * scale;
      canvas.height = box.height * scale;
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      done(canvas.toDataURL("image/png"));
    };
    picture.src = toFile(svg);
  };
  // A page in a sandbox, as JupyterLab serves it, may not download: there its links lead to
  // the files beside it. A picture opens; a table, which would be a download, is named.
  const boxed = self.origin === "null" && location.protocol.startsWith("http");
  if (boxed) all(".get a").forEach((link) => {
    link.removeAttribute("download");
    if (link.dataset.save === "png") link.parentElement.hidden = true;
    if (!link.dataset.file) return;
    link.href = link.dataset.file;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const note = document.createElement("p");
      note.className = "more";
      note.setAttribute("role", "status");
      note.textContent = document.body.dataset.blocked.replace("{file}", link.dataset.file);
      link.closest(".foot").after(note);
    }, { once: true });
    link.addEventListener("click", (event) => event.preventDefault());
  });
  else all("[data-save]").forEach((link) => link.addEventListener("click", (event) => {
    event.preventDefault();
    const svg = link.closest("figure").querySelector(".wide svg");
    if (link.dataset.save === "svg") save(toFile(svg), link.download);
    else toPng(svg, (href) => save(href, link.download));
  }));

  // On paper nothing can stand beside a picture unseen, so there its label says all.
  let short = [];
  addEventListener("beforeprint", () => {
    if (short.length) return;
    all(".words").forEach((words) => all("svg[role=img]", words.parentElement).forEach((svg) => {
      const label = svg.getAttribute("aria-label");
      short.push([svg, label]);
      svg.setAttribute("aria-label", `${label} ${words.textContent}`);
    }));
  });
  addEventListener("afterprint", () => {
    short.forEach(([svg, label]) => svg.setAttribute("aria-label", label));
    short = [];
  });

  // Only what does scroll is a stop of the keyboard and a region to jump to.
  const scrolls = all(".scroll");
  const stops = () => scrolls.forEach((box) => {
    const wide = box.scrollWidth > box.clientWidth + 1;
    const has = (name, value) => wide ? box.setAttribute(name, value) : box.removeAttribute(name);
    has("tabindex", "0");
    has("role", "region");
    if (!box.dataset.label) box.dataset.label = box.getAttribute("aria-label");
    has("aria-label", box.dataset.label);
  });
  addEventListener("resize", stops);
  stops();

  // Tables: sort by a column, filter rows, copy as tab-separated text.
  const cellValue = (row, n) => {
    const cell = row.cells[n];
    return "value" in cell.dataset ? (cell.dataset.value === "" ? null : +cell.dataset.value)
      : cell.textContent.trim();
  };
  const compare = (a, b) => typeof a === "number" && typeof b === "number" ? a - b
    : String(a).localeCompare(String(b), document.documentElement.lang);
  all("figure.table table").forEach((table) => {
    const body = table.tBodies[0];
    all("thead th", table).forEach((head, n) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const first = head.classList.contains("n") ? "descending" : "ascending";
        const other = first === "ascending" ? "descending" : "ascending";
        const order = head.getAttribute("aria-sort") === first ? other : first;
        all("th[aria-sort]", table).forEach((th) => th.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", order);
        const sign = order === "ascending" ? 1 : -1;
        const rows = [...body.rows].sort((x, y) => {
          const a = cellValue(x, n), b = cellValue(y, n);
          if (a === null || b === null) return (a === null) - (b === null);
          return sign * compare(a, b);
        });
        body.append(...rows);
      });
    });
  });
  all("[data-filter]").forEach((input) => input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    const figure = input.closest("figure"), rows = [...figure.querySelector("tbody").rows];
    rows.forEach((row) => (row.hidden = !row.textContent.toLowerCase().includes(wanted)));
    const count = figure.querySelector("[data-count]"), left = rows.filter((row) => !row.hidden);
    count.textContent = wanted
      ? count.dataset.words.replace("{shown}", left.length).replace("{n}", rows.length) : "";
  }));
  // Pasted into a sheet, a name that starts like a formula must not become one.
  const cellText = (cell) => {
    const text = cell.textContent.trim();
    return !("value" in cell.dataset) && /^[=+\-@]/.test(text) ? "'" + text : text;
  };
  all("[data-copy]").forEach((button) => button.addEventListener("click", () => {
    const rows = [...button.closest("figure").querySelectorAll("tr")].filter((row) => !row.hidden);
    const text = rows.map((row) => [...row.cells].map(cellText).join("\t")).join("\n");
    const area = document.createElement("textarea");
    area.value = text;
    button.after(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    button.focus({ preventScroll: true });
    const label = button.textContent;
    button.textContent = document.body.dataset.copied;
    setTimeout(() => (button.textContent = label), 1500);
  }));
})();
