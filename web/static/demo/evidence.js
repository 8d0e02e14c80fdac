// What the service keeps as the proof of a choice.

/**
 * The wording is taken from the page and not from a constant: what is kept is what was read. It must not hold anything
 * about the person, since wordings are kept for ever. The place is without its query, which may hold anything and be
 * longer than what is kept.
 */
export function evidence(formIdentifier, shownIn) {
  const wordings = [...shownIn.querySelectorAll("[data-consent]")].filter((wording) => !wording.closest("[hidden]"));
  return {
    messageShown: wordings.map((wording) => wording.outerHTML).join("\n"),
    formIdentifier,
    formLocation: location.origin + location.pathname,
  };
}
