// What Prometheus clients tell of their process, under the names that they share.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Registry } from './registry.ts';

const MICROS = 1e6;

export function processFamilies(r: Registry): void {
  const cpu = r.counter({ name: 'process_cpu_seconds_total', help: 'Total user and system CPU time spent in seconds.' });
  const resident = r.gauge({ name: 'process_resident_memory_bytes', help: 'Resident memory size in bytes.' });
  const began = r.gauge({ name: 'process_start_time_seconds', help: 'Start time of the process since unix epoch in seconds.' });
  const heap = r.gauge({ name: 'nodejs_heap_size_used_bytes', help: 'Used part of the heap in bytes.' });
  const external = r.gauge({ name: 'nodejs_external_memory_bytes', help: 'Memory outside of the heap in bytes.' });
  const lag = r.gauge({ name: 'nodejs_eventloop_lag_p99_seconds', help: 'Delay of the event loop since the last scrape, 99th percentile.' });
  began.set(performance.timeOrigin / 1000);
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  let counted = 0;
  r.onCollect(() => {
    const { user, system } = process.cpuUsage();
    const now = (user + system) / MICROS;
    cpu.add(now - counted);
    counted = now;
    const memory = process.memoryUsage();
    resident.set(memory.rss);
    heap.set(memory.heapUsed);
    external.set(memory.external + memory.arrayBuffers);
    lag.set(Number.isFinite(delay.mean) ? delay.percentile(99) / 1e9 : 0);
    delay.reset();
  });
}
