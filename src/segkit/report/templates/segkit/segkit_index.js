(() => {
  "use strict";
  const form = document.querySelector(".filters");
  if (!form) return;
  form.hidden = false;
  const runs = [...document.querySelectorAll(".run")];
  const choices = [...form.querySelectorAll("[data-filter]")];
  const count = form.querySelector("[data-count]");
  const none = document.querySelector("[data-none]");
  const show = () => {
    let shown = 0;
    runs.forEach((run) => {
      run.hidden = !choices.every((c) => !c.value || run.dataset[c.dataset.filter] === c.value);
      if (!run.hidden) shown += 1;
    });
    none.hidden = shown > 0;
    count.textContent = count.dataset.words.replace("{shown}", shown).replace("{n}", runs.length);
  };
  // A form remembers its choices when one comes back to the page; the list follows them.
  addEventListener("pageshow", show);
  form.addEventListener("change", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  show();
})();
