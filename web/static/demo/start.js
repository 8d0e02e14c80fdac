// Starts the parts of the shop that the page has, with the configuration in the page.
import { startAccount } from "./account.js";
import { connect } from "./api.js";
import { startNewsletter } from "./newsletter.js";
import { startPrizeDraw } from "./prizedraw.js";
import { nameSite, readSite } from "./site.js";

const config = JSON.parse(document.getElementById("config").textContent);
const asGuest = connect(config);

const newsletter = document.getElementById("newsletter-footer");
const prizeDraw = document.getElementById("prize-draw");
const account = document.getElementById("account-preferences");

// Every part waits for the site: a wording must name the sender before anybody agrees to it.
const site = readSite(asGuest);
site.then(nameSite, () => {}); // each part says what went wrong

startNewsletter(newsletter, site, asGuest, config.inbox);
if (prizeDraw) {
  startPrizeDraw(prizeDraw, site, asGuest, config.inbox);
}
if (account) {
  startAccount(account, site, connect(config, config.token));
}
