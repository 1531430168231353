// The page by HTTPS in a real browser, with the node's own certificate: a warning for whoever has
// compared nothing, a whole page for whoever trusts the fingerprint of its key.
// Usage: node --test tests/web/https_test.mjs
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chromium_path, open_browser } from './browser.mjs';
import { World } from './school.mjs';
import { enter_at, leave } from './visit.mjs';

const skip = chromium_path() ? false : 'no chromium';
let world;
let school;
let certificate;

before(async () => {
    if (skip) return;
    world = new World();
    school = await world.school('Hill School');
    await school.end();
    school.environment = { STAFFROOM_HTTPS_LISTEN: '127.0.0.1:0' };
    await school.start();
    certificate = await school.ask('tls', 'show');
});
after(async () => {
    await world?.end();
});

/** A browser that trusts this key, as one does on a machine that was told to. */
function trusting(fingerprint) {
    const hash = Buffer.from(fingerprint.replaceAll(':', ''), 'hex').toString('base64');
    return open_browser([`--ignore-certificate-errors-spki-list=${hash}`]);
}

test('a browser that knows nothing of the certificate opens no page', { skip }, async () => {
    const browser = await open_browser();
    const page = await browser.newPage();
    await assert.rejects(page.goto(school.secure_address), /ERR_CERT_AUTHORITY_INVALID/);
    await browser.close();
});

test('a technician signs in by HTTPS and reads when the certificate ends', { skip }, async () => {
    const browser = await trusting(certificate.key_fingerprint);
    const address = school.secure_address;
    const page = await enter_at(browser, { address }, 'Jo Tanner');
    await page.goto(`${address}/node`);
    const facts = page.locator('dl.facts');
    await facts.getByText(certificate.fingerprint, { exact: false }).waitFor();
    const year = String(new Date(certificate.until_ms).getFullYear());
    const shown = await facts.getByText('good until', { exact: false }).textContent();
    assert.ok(shown.includes(year), shown);
    const cookies = await page.context().cookies();
    const session = cookies.find((cookie) => cookie.name === '__Host-staffroom');
    assert.ok(session?.secure && session.httpOnly, JSON.stringify(cookies));
    assert.equal(await page.evaluate(() => isSecureContext), true);
    assert.deepEqual([...page.hosts], [new URL(address).host]);
    await leave(page);
    await browser.close();
});

test('what is typed with http:// at that port comes to the page by https', { skip }, async () => {
    const browser = await trusting(certificate.key_fingerprint);
    const page = await browser.newPage();
    await page.goto(school.secure_address.replace('https:', 'http:'));
    assert.ok(page.url().startsWith(school.secure_address), page.url());
    await page.getByLabel('Your name').waitFor();
    await browser.close();
});
