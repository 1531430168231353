// A visit to a page in a browser: signing in, leaving with no fault, and what a visit needs.
import assert from 'node:assert/strict';
import { password } from './school.mjs';

/** A page on which somebody is signed in; `faults` gathers what a console would show. */
export async function enter_at(browser, school, name = 'Mair Hughes', options = {}) {
    const context = await browser.newContext({ locale: 'en-GB', ...options });
    const page = await context.newPage();
    page.faults = [];
    page.hosts = new Set();
    page.on('pageerror', (error) => page.faults.push(error.message));
    page.on('request', (request) => page.hosts.add(new URL(request.url()).host));
    await page.goto(school.address);
    await page.getByLabel('Your name').fill(name);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation').waitFor();
    return page;
}
export async function leave(page) {
    assert.deepEqual(page.faults, []);
    await page.context().close();
}

/** Two by two pixels. */
export function picture() {
    return Buffer.from(
        'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEk' +
            'lEQVR4nGM4YWRkdMKIAUIBACIKBLEoxkvSAAAAAElFTkSuQmCC',
        'base64',
    );
}
