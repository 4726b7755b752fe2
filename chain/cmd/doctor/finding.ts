// What `doctor` tells: a code that scripts can match, the reason, and what to do about it.

export interface Finding {
  readonly code: string;
  readonly level: 'error' | 'warning';
  readonly reason: string;
  readonly fix: string;
}
