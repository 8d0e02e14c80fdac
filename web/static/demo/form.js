// Sends a form by script and tells the answer in the form's live region.
import { failureAnswer, tell } from "./answers.js";

/** submit gets the form's data and returns an answer to tell. The form's fields are named as in the API. */
export function onSubmit(form, submit) {
  const region = form.querySelector("[role=status]");
  let busy = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) {
      return; // an impatient second click
    }
    busy = true;
    form.ariaBusy = "true";
    unmark(form);
    tell(region, { text: "One moment …" });
    try {
      tell(region, await submit(new FormData(form)));
    } catch (error) {
      tell(region, failureAnswer(error, (field) => labelOf(form, field)));
      mark(form, region, error.field);
    } finally {
      busy = false;
      form.ariaBusy = "false";
    }
  });
}

function control(form, field) {
  return field && form.querySelector(`[name="${CSS.escape(field)}"]:enabled`);
}

function labelOf(form, field) {
  return control(form, field)?.labels[0].textContent;
}

function mark(form, region, field) {
  const wrong = control(form, field);
  if (wrong) {
    wrong.ariaInvalid = "true";
    wrong.setAttribute("aria-describedby", region.id);
    wrong.focus();
  }
}

function unmark(form) {
  for (const wrong of form.querySelectorAll("[aria-invalid]")) {
    wrong.removeAttribute("aria-invalid");
    wrong.removeAttribute("aria-describedby");
  }
}
