// What all views share: who is signed in, where we are, how it looks. One object, built once.
import { current_session, type Session } from '../api/session';
import { when_signed_out } from '../api/client';
import { Problem } from '../api/problem';
import { setup_state } from '../api/setup';
import { start_events, stop_events } from '../api/events';
import { language, preferred, speak } from '../words/words.svelte';
import { parse_route, type Route } from './route';

export type Theme = 'auto' | 'light' | 'dark';

class Page {
    route = $state.raw<Route>(parse_route(location.pathname, location.hash));
    query = $state.raw(new URLSearchParams(location.search));
    session = $state.raw<Session | undefined>();
    /** Before the node has said whether somebody is signed in, nothing is shown. */
    is_ready = $state(false);
    is_unreachable = $state(false);
    needs_setup = $state(false);
    /** Signed out while something was open: the view stays, and asks over it. */
    is_interrupted = $state(false);
    theme = $state<Theme>('auto');
    title = $state('');
    /** Asked before the page is left, by a form whose words are nowhere else. */
    leave_guard: (() => boolean) | undefined;

    get is_lead(): boolean {
        return this.session?.person.role === 'lead' || this.session?.person.role === 'owner';
    }
    get is_technician(): boolean {
        return this.session?.person.role === 'technician' || this.session?.person.role === 'owner';
    }
    get may_write(): boolean {
        return this.session !== undefined && this.session.person.role !== 'technician';
    }
}

export const page = new Page();

function remembered(key: string): string | null {
    try {
        return localStorage.getItem(key);
    } catch {
        return null;
    }
}
export function remember(key: string, text: string): void {
    try {
        localStorage.setItem(key, text);
    } catch {
        // A browser that keeps nothing shows the page all the same.
    }
}

export function set_theme(theme: Theme): void {
    page.theme = theme;
    if (theme === 'auto') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
    remember('staffroom.theme', theme);
}

export async function set_language(code: string): Promise<void> {
    await speak(code);
    remember('staffroom.language', language());
}

function arrive(): void {
    page.route = parse_route(location.pathname, location.hash);
    page.query = new URLSearchParams(location.search);
}

/** Another page, with its address in the browser's history. */
export function go(path: string, how: 'push' | 'replace' = 'push'): void {
    if (how === 'push') history.pushState(null, '', path);
    else history.replaceState(null, '', path);
    arrive();
    if (how === 'push') {
        window.scrollTo({ top: 0, behavior: 'instant' });
        queueMicrotask(() => focus_title());
    }
}

/** Whoever cannot see the page hears its title when it changes. */
export function focus_title(): void {
    requestAnimationFrame(() => {
        const title = document.querySelector<HTMLElement>('main h1');
        if (!title) return;
        title.tabIndex = -1;
        title.focus({ preventScroll: true });
    });
}

function follow(event: MouseEvent): void {
    const link = (event.target as Element | null)?.closest?.('a');
    const is_plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
    if (!link || !is_plain || event.defaultPrevented || link.target || link.download) return;
    const address = new URL(link.href, location.href);
    if (address.origin !== location.origin || address.pathname.startsWith('/api/')) return;
    if (link.getAttribute('href')?.startsWith('#')) return;
    event.preventDefault();
    go(address.pathname + address.search + address.hash);
}

export function signed_in(session: Session): void {
    page.session = session;
    page.is_interrupted = false;
    start_events();
}

export function signed_out(): void {
    page.session = undefined;
    stop_events();
}

async function look(): Promise<void> {
    page.is_unreachable = false;
    try {
        signed_in(await current_session());
    } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
        if (problem.status === 0) page.is_unreachable = true;
        const setup = await setup_state().catch(() => undefined);
        page.needs_setup = setup?.needed ?? false;
    }
    page.is_ready = true;
}

export async function start(): Promise<void> {
    const theme = remembered('staffroom.theme');
    if (theme === 'light' || theme === 'dark') set_theme(theme);
    await speak(remembered('staffroom.language') ?? preferred());
    window.addEventListener('popstate', arrive);
    window.addEventListener('hashchange', arrive);
    document.addEventListener('click', follow);
    when_signed_out(() => {
        if (page.session) page.is_interrupted = true;
    });
    await look();
}

export const look_again = look;
