// Every answer of the service in words for a shopper, and the place where they are told.

const trouble = "That did not work, and it is our fault. Please try again in a few minutes.";

const signUpAnswers = {
  OK: { tone: "good", text: "Thank you! You are on the list." },
  DUPLICATE: { tone: "good", text: "You are on the list already. There is nothing left to do." },
  REQUIRES_VERIFICATION: { tone: "next", text: "Almost done: please follow the link in the message that we sent to you." },
  NOT_FOUND: { tone: "bad", text: "This shop does not offer that at the moment." },
  UNKNOWN_ERROR: { tone: "bad", text: trouble },
};

const prizeDrawAnswers = {
  ...signUpAnswers,
  OK: { tone: "good", text: "You are in the draw. Good luck!" },
  DUPLICATE: { tone: "good", text: "This address is in the draw already. Good luck!" },
  REQUIRES_VERIFICATION: {
    tone: "next",
    text: "You are in the draw. For the newsletter, please follow the link in the message that we sent to you.",
  },
  NOT_FOUND: { tone: "bad", text: "This prize draw is not open here." },
};

const choiceErrors = {
  INSUFFICIENT_DATA: "Your account has no address for that yet. Add one first, and then try again.",
  NOT_AVAILABLE: "This shop no longer offers that.",
  UNKNOWN_ERROR: trouble,
};

export function signUpAnswer(result, inbox) {
  return withInbox(signUpAnswers[result], inbox);
}

export function prizeDrawAnswer(result, inbox) {
  return withInbox(prizeDrawAnswers[result], inbox);
}

// Only the demo knows where the shopper's mailbox is.
function withInbox(answer, inbox) {
  return answer.tone === "next" ? { ...answer, link: { href: inbox, text: "Open the development inbox" } } : answer;
}

/** The answer to a customer's choice, where error is null when the choice was taken. */
export function choiceAnswer(error, wanted) {
  if (error) {
    return { tone: "bad", text: choiceErrors[error] ?? trouble };
  }
  return { tone: "good", text: wanted ? "Saved: that is on now." : "Saved: that is off now." };
}

/** The answer to a request that failed. labelOf names a field of the form to the shopper. */
export function failureAnswer(error, labelOf = () => "") {
  if (!error.code) {
    reportError(error); // a mistake in these scripts: the shopper is told something, the developer everything
  }
  return { tone: "bad", text: failure(error, labelOf) };
}

function failure({ code, field, retryAfter, errorId }, labelOf) {
  switch (code) {
    case "BAD_USER_INPUT":
      return labelOf(field) ? `Please check this: ${labelOf(field)}.` : "The shop sent something wrong. Please reload the page.";
    case "CAPTCHA_REQUIRED": // these pages load nothing from elsewhere, so they show no widget
    case "RATE_LIMITED":
      return `That was a little too often. Please try again in ${duration(retryAfter)}.`;
    case "UNREACHABLE":
      return "The shop cannot be reached. Please check your connection and try again.";
    case "UNAUTHENTICATED":
      return "Your login has ended. Please reload the page to log in again.";
    case "SITE_NOT_FOUND":
      return "There is no such site in this installation.";
    default:
      return errorId ? `${trouble} If you tell us about it, mention ${errorId}.` : trouble;
  }
}

function duration(seconds) {
  for (const [size, unit] of [[3600, "hour"], [60, "minute"]]) {
    if (seconds > size) {
      return `${Math.ceil(seconds / size)} ${unit}s`;
    }
  }
  return seconds === 1 ? "1 second" : `${seconds} seconds`;
}

/** Tells an answer in a live region, which screen readers read out. */
export function tell(region, { tone = "", text, link }) {
  region.dataset.tone = tone;
  region.replaceChildren(text);
  if (link) {
    const a = Object.assign(document.createElement("a"), { href: link.href, textContent: link.text });
    region.append(" ", a);
  }
}
