// A browser for the tests: Debian's chromium, driven by playwright-core from node/web's packages.
import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';

const web = createRequire(new URL('../../node/web/package.json', import.meta.url));
const places = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'];

export const axe_source = () => web.resolve('axe-core/axe.min.js');

export function chromium_path() {
    return places.find((place) => place && existsSync(place));
}

export async function open_browser(more = []) {
    const { chromium } = web('playwright-core');
    return chromium.launch({
        executablePath: chromium_path(),
        args: [
            '--no-sandbox',
            '--disable-dev-shm-usage',
            '--disable-gpu',
            '--font-render-hinting=none',
            ...more,
        ],
    });
}
