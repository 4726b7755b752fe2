/** A configuration that cannot be used. The message names the file or source, the key and what to do. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
