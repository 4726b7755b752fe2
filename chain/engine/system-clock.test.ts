import { expect, it } from 'vitest';
import { systemClock, wallClock } from './system-clock.ts';

const MS = 1_000_000n;

it('has microseconds between the milliseconds of the wall clock, and follows it when it is set', () => {
  let wall = 1_700_000_000_000;
  let monotonic = 50.25;
  const clock = wallClock({ wall: () => wall, monotonic: () => monotonic });
  const start = clock();
  expect(start).toBe(BigInt(wall) * MS);
  monotonic += 0.125;
  expect(clock() - start).toBe(125_000n);
  monotonic += 1000;
  wall += 1000;
  expect(clock() - start).toBe(1000n * MS + 125_000n);
  wall += 90_000;
  expect(clock()).toBe(BigInt(wall) * MS);
  wall -= 200_000;
  expect(clock()).toBe(BigInt(wall) * MS);
});

it('is the time of this machine', () => {
  const apart = systemClock() - BigInt(Date.now()) * MS;
  expect(apart > -50n * MS && apart < 50n * MS).toBe(true);
});
