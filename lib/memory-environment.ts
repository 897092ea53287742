/** MiB of a semi-space, of which the young generation has two or three: of half the size, batches of large messages would outgrow it, and cost a third more. */
const SEMI_SPACE = 16
/** Parts of the function's memory, as Lambda's runtime itself has them. Where NODE_OPTIONS name one of the two limits, it sets neither. */
const SEMI_SPACE_PART = 1 / 20
const OLD_SPACE_PART = 9 / 10

/**
 * What of the function's environment keeps its memory small. V8 doubles its young generation whenever as much has outlived its collections as it holds, which
 * a busy process comes to again and again however little outlives each, and gives nothing back while there is work: after 200,000 messages two fifths of the
 * process were such room. Of glibc's arenas, of which each of V8's threads has one, what is freed is seldom used again; one for all does not grow.
 * @param memorySize megabytes of the function
 */
export function memoryEnvironment(memorySize: number) {
  const semiSpace = Math.min(SEMI_SPACE, Math.floor(memorySize * SEMI_SPACE_PART))
  return {
    NODE_OPTIONS: `--max-semi-space-size=${semiSpace} --max-old-space-size=${Math.floor(memorySize * OLD_SPACE_PART)}`,
    MALLOC_ARENA_MAX: '1',
  }
}
