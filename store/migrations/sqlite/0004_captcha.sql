-- The CAPTCHA of a site.

ALTER TABLE site ADD COLUMN captcha_provider text NOT NULL DEFAULT ''; -- empty: it has none
ALTER TABLE site ADD COLUMN captcha_site_key text NOT NULL DEFAULT '';
ALTER TABLE site ADD COLUMN captcha_secret text NOT NULL DEFAULT ''; -- encrypted under ASSENT_SECRET
ALTER TABLE site ADD COLUMN captcha_secret_version integer NOT NULL DEFAULT 0; -- how often it was set
