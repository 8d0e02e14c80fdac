// The prize draw: a campaign, with the newsletter as an extra that nobody has to take.
import { prizeDrawAnswer } from "./answers.js";
import { evidence } from "./evidence.js";
import { onSubmit } from "./form.js";

const campaignId = "42";

const enter = /* GraphQL */ `
  mutation Enter($input: SignUpForEmailMarketingCampaignInput!) {
    signUpForEmailMarketingCampaign(input: $input)
  }`;

export function startPrizeDraw(form, site, send, inbox) {
  onSubmit(form, async (data) => {
    await site; // the wording is complete
    const input = {
      campaignId,
      name: data.get("name"),
      email: data.get("email"),
      marketingOptIn: data.has("marketingOptIn"),
      auditData: evidence(form.id, form),
    };
    const { signUpForEmailMarketingCampaign } = await send(enter, { input });
    return prizeDrawAnswer(signUpForEmailMarketingCampaign, inbox);
  });
}
