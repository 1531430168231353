// Something that is being fetched. A wait is told only after 300 ms: what comes sooner just comes.
import { Problem } from '../api/problem';

const quiet_ms = 300;

export class Load<Data> {
    data = $state.raw<Data | undefined>();
    problem = $state.raw<Problem | undefined>();
    is_slow = $state(false);
    is_busy = $state(false);
    private turn = 0;

    /** The newest call wins; what an older one brings is let go. */
    async run(fetch: () => Promise<Data>): Promise<Data | undefined> {
        const turn = ++this.turn;
        this.is_busy = true;
        const timer = setTimeout(() => (this.is_slow = turn === this.turn), quiet_ms);
        try {
            const data = await fetch();
            if (turn !== this.turn) return undefined;
            this.data = data;
            this.problem = undefined;
            return data;
        } catch (problem) {
            if (turn === this.turn) this.problem = as_problem(problem);
            return undefined;
        } finally {
            clearTimeout(timer);
            if (turn === this.turn) this.is_busy = this.is_slow = false;
        }
    }
}

export function as_problem(problem: unknown): Problem {
    if (problem instanceof Problem) return problem;
    console.error(problem);
    return new Problem(-1, 'page.fault', problem instanceof Error ? problem.message : '');
}
