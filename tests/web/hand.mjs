// A hand at a page: the same steps by pointer, by keyboard alone, on a phone, from right to left.
// Controls are found by the words of the language.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { password } from './school.mjs';

const words_of = (code) =>
    JSON.parse(
        readFileSync(
            fileURLToPath(new URL(`../../node/web/words/${code}.json`, import.meta.url)),
            'utf8',
        ),
    );
const steps_max = 250;

/** Somebody at a page, who uses it in one way. */
export class Hand {
    constructor(page, school, way) {
        this.page = page;
        this.school = school;
        this.way = way;
        this.words = words_of(way.language);
    }
    static async at(browser, school, way, name) {
        const context = await browser.newContext({
            locale: way.language === 'ar' ? 'ar' : 'en-GB',
            viewport: { width: way.width, height: 800 },
            ...(way.width < 500 ? { hasTouch: true } : {}),
        });
        await context.addInitScript(
            (code) => localStorage.setItem('staffroom.language', code),
            way.language,
        );
        const hand = new Hand(await context.newPage(), school, way);
        await hand.page.goto(school.address);
        await hand.fill('#signin-name', name);
        await hand.fill('#signin-password', password);
        await hand.press('button', 'signin.go');
        await hand.page.getByRole('navigation').waitFor();
        return hand;
    }
    /** What a message says before its first value. */
    said(key) {
        const text = this.words[key];
        assert.ok(text, `${key} has no words`);
        return text.split('{')[0].trim();
    }
    async go(path) {
        await this.page.goto(this.school.address + path);
        await this.page.locator('main h1').waitFor();
    }
    /** Brings the focus to an element as a keyboard does, and checks that it is in sight there. */
    async reach(target) {
        await target.waitFor();
        const wanted = await target.elementHandle();
        for (let step = 0; step < steps_max; step += 1) {
            const is_there = await wanted.evaluate((element) => {
                if (element !== document.activeElement) return false;
                const box = element.getBoundingClientRect();
                return box.bottom > 0 && box.top < window.innerHeight ? 'seen' : 'hidden';
            });
            if (is_there) return assert.equal(is_there, 'seen', `${target} is out of sight`);
            await this.page.keyboard.press('Tab');
        }
        assert.fail(`Tab never reaches ${target}`);
    }
    async do(target, key) {
        if (!this.way.by_keyboard) return target.click();
        await this.reach(target);
        await this.page.keyboard.press(key);
    }
    /** A link or a button with these words. */
    async press(role, key, at = this.page) {
        const words = new RegExp(`^\\s*${this.said(key).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`);
        const target = at.getByRole(role, { name: words }).first();
        return this.do(target, role === 'link' ? 'Enter' : 'Space');
    }
    async open(name) {
        return this.do(this.page.getByRole('link', { name }).first(), 'Enter');
    }
    async fill(selector, text) {
        const target = this.page.locator(selector);
        if (!this.way.by_keyboard) return target.fill(text);
        await this.reach(target);
        await this.page.keyboard.press('Control+A');
        await this.page.keyboard.type(text);
    }
    /** One of several words of a list. A keyboard comes to the one that is chosen, or to the first,
        and goes on by arrows. */
    async choose(group, value) {
        const option = this.page.locator(`input[name="${group}"][value="${value}"]`);
        if (!this.way.by_keyboard) return option.check();
        const all = this.page.locator(`input[name="${group}"]`);
        await option.waitFor();
        const values = await all.evaluateAll((each) =>
            each.map((one) => ({ value: one.value, is_on: one.checked })),
        );
        const chosen = values.findIndex((each) => each.is_on);
        const wanted = values.findIndex((each) => each.value === value);
        await this.reach(all.nth(Math.max(chosen, 0)));
        if (chosen < 0) await this.page.keyboard.press('Space');
        const key = wanted < chosen ? 'ArrowUp' : 'ArrowDown';
        for (let step = 0; step < 20 && !(await option.isChecked()); step += 1)
            await this.page.keyboard.press(key);
        assert.ok(await option.isChecked(), `${group} is not ${value}`);
    }
    /** The first of several words: which one does not matter to the journey. */
    async choose_first(group) {
        const first = this.page.locator(`input[name="${group}"]`).first();
        if (!this.way.by_keyboard) return first.check();
        await this.reach(first);
        await this.page.keyboard.press('Space');
    }
    async select(target, value) {
        if (!this.way.by_keyboard) return target.selectOption(value);
        await this.reach(target);
        for (let step = 0; step < 30 && (await target.inputValue()) !== value; step += 1)
            await this.page.keyboard.press('ArrowDown');
        assert.equal(await target.inputValue(), value);
    }
    async sees(text) {
        await this.page.getByText(text).first().waitFor();
        const wide = await this.page.evaluate(
            () => document.documentElement.scrollWidth - window.innerWidth,
        );
        assert.ok(wide <= 0, `the page is ${wide} pixels wider than the screen`);
        const way = await this.page.evaluate(() => document.documentElement.dir);
        assert.equal(way, this.way.language === 'ar' ? 'rtl' : 'ltr');
    }
    async leave() {
        await this.page.context().close();
    }
}
