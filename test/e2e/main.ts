// `npm run e2e -- <story>`: the stories that the README tells, run against real processes.
import { dispatch } from '../dispatch.ts';

await dispatch('e2e', new URL('.', import.meta.url), process.argv.slice(2));
// A stock client that was told to disconnect may still try to connect again; nothing is left to wait for.
process.exit();
