import { execFileSync } from 'node:child_process';

/** Whether there is strace and permission to trace; where not, one line says what did not run. */
export function canTrace(what: string): boolean {
  try {
    execFileSync('strace', ['-o', '/dev/null', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    console.log(`       ${what}: not run, there is no strace here, or no permission to trace`);
    return false;
  }
}
