// `npm run e2e -- <story>`: the stories that the README tells, run against real processes.
import { dispatch } from '../dispatch.ts';

await dispatch('e2e', new URL('.', import.meta.url), process.argv.slice(2));
