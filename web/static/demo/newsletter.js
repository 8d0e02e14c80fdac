// The newsletter form at the foot of every page, for guests.
import { failureAnswer, signUpAnswer, tell } from "./answers.js";
import { evidence } from "./evidence.js";
import { onSubmit } from "./form.js";

const signUp = /* GraphQL */ `
  mutation SignUp($input: SignUpForMarketingInput!) {
    signUpForMarketing(input: $input)
  }`;

export async function startNewsletter(form, site, send, inbox) {
  form.addEventListener("change", () => showChannel(form));
  onSubmit(form, async (data) => {
    const input = {
      type: data.get("type"),
      contactDetails: data.get("contactDetails"),
      preferenceIds: data.getAll("preferenceIds"),
      auditData: evidence(form.id, form),
    };
    const { signUpForMarketing } = await send(signUp, { input });
    return signUpAnswer(signUpForMarketing, inbox);
  });
  try {
    offer(form, await site);
  } catch (error) {
    tell(form.querySelector("[role=status]"), failureAnswer(error));
  }
}

function offer(form, { marketingTypes, marketingPreferences }) {
  const channels = [...form.elements.type].filter((radio) => marketingTypes.includes(radio.value));
  if (channels.length === 0) {
    tell(form.querySelector("[role=status]"), { text: "This shop has no newsletter at the moment." });
    return;
  }
  channels[0].checked = true;
  form.querySelector(".channels").hidden = channels.length === 1;
  form.querySelector(".texts").replaceChildren(...marketingPreferences.map((text) => tickBox(form, text)));
  showChannel(form);
  form.querySelector(".all").disabled = false;
}

function tickBox(form, { id, text }) {
  const box = form.querySelector("template").content.cloneNode(true);
  box.querySelector("input").value = id;
  box.querySelector("[data-consent]").textContent = text;
  return box;
}

// What is not shown is neither sent nor kept as evidence.
function showChannel(form) {
  for (const part of form.querySelectorAll("[data-type]")) {
    part.hidden = part.disabled = part.dataset.type !== form.elements.type.value;
  }
}
