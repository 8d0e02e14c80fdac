// The account page: one switch for each channel on offer, and one for each preference text.
import { choiceAnswer, failureAnswer, tell } from "./answers.js";
import { evidence } from "./evidence.js";

const customerQuery = /* GraphQL */ `
  query Account {
    customer {
      EMAIL: marketingPreferences(type: EMAIL)
      SMS: marketingPreferences(type: SMS)
      POST: marketingPreferences(type: POST)
      THIRD_PARTY: marketingPreferences(type: THIRD_PARTY)
      preferences { id text optedIn }
    }
  }`;

const updateChannel = /* GraphQL */ `
  mutation UpdateChannel($input: UpdateMarketingPreferencesInput!) {
    choice: updateMarketingPreferences(input: $input) { error }
  }`;

const updateText = /* GraphQL */ `
  mutation UpdateText($input: UpdateCustomerPreferenceInput!) {
    choice: updateCustomerPreference(input: $input) { error }
  }`;

export async function startAccount(section, site, send) {
  const region = section.querySelector("[role=status]");
  tell(region, { text: "Reading your choices …" });
  const read = async () => (await send(customerQuery)).customer;
  try {
    const { marketingTypes } = await site;
    let customer = await read();
    offer(section, marketingTypes, customer.preferences);
    show(section, customer);
    const refresh = async () => {
      customer = await read().catch(() => customer);
      show(section, customer);
    };
    onChoice(section, async (item, wanted) => {
      const answer = await choose(section, item, wanted, send);
      await refresh(); // what is so, not what was wished for
      tell(region, answer);
    });
    onReturn(section, refresh);
    region.replaceChildren();
  } catch (error) {
    tell(region, failureAnswer(error));
  }
}

function offer(section, marketingTypes, preferences) {
  for (const item of section.querySelectorAll("[data-type]")) {
    item.hidden = !marketingTypes.includes(item.dataset.type);
  }
  const texts = section.querySelector(".texts");
  texts.hidden = preferences.length === 0;
  texts.querySelector("ul").replaceChildren(...preferences.map((preference) => textItem(section, preference)));
}

function textItem(section, { id, text }) {
  const item = section.querySelector("template").content.cloneNode(true).firstElementChild;
  item.dataset.preferenceId = id;
  item.querySelector("[data-consent]").textContent = text;
  return item;
}

function show(section, customer) {
  for (const item of section.querySelectorAll("li")) {
    const { type, preferenceId } = item.dataset;
    const chosen = type ? customer[type] : customer.preferences.find(({ id }) => id === preferenceId)?.optedIn;
    item.querySelector("input").checked = chosen ?? false;
  }
}

async function choose(section, item, newValue, send) {
  const { type, preferenceId } = item.dataset;
  const auditData = evidence(section.id, item);
  try {
    const { choice } = type
      ? await send(updateChannel, { input: { type, newValue, auditData } })
      : await send(updateText, { input: { preferenceId, newValue, auditData } });
    return choiceAnswer(choice.error, newValue);
  } catch (error) {
    return failureAnswer(error);
  }
}

// One choice at a time. Switches are not disabled meanwhile, which would take the keyboard's focus away.
function onChoice(section, act) {
  section.addEventListener("click", (event) => {
    if (section.ariaBusy === "true" && event.target.matches("input")) {
      event.preventDefault();
    }
  });
  section.addEventListener("change", async (event) => {
    section.ariaBusy = "true";
    await act(event.target.closest("li"), event.target.checked);
    section.ariaBusy = "false";
  });
}

// The customer may have followed a link of a message in another tab.
function onReturn(section, act) {
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && section.ariaBusy !== "true") {
      act();
    }
  });
}
