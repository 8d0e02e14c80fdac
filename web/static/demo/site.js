// What the site offers: the channels, and the preference texts that the company wrote in the back office.

const siteQuery = /* GraphQL */ `
  query Site {
    site {
      name
      marketingTypes
      marketingPreferences { id text }
    }
  }`;

export async function readSite(send) {
  return (await send(siteQuery)).site;
}

/** Names the sender in every wording of the page. */
export function nameSite(site) {
  for (const place of document.querySelectorAll("[data-site-name]")) {
    place.textContent = site.name;
  }
}
