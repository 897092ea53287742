/** Parts of a function's memory which Lambda's start script of Node gives to a semi-space and to the old space; to neither where NODE_OPTIONS name one of them. */
export const PARTS_OF_MEMORY = { semiSpace: 1 / 20, oldSpace: 9 / 10 }
/** MiB of a semi-space, of which the young generation has two or three: of half the size, batches of large messages would outgrow it, and cost a third more. */
const SEMI_SPACE = 16
/** Of the function's memory: beside it the young generation, code and sockets have room, so that V8 collects before Lambda ends the process. */
const OLD_SPACE_PART = 3 / 4

/**
 * What of the function's environment keeps its memory small. V8 doubles its young generation whenever as much has outlived its collections as it holds, which
 * a busy process comes to again and again however little outlives each, and gives nothing back while there is work: after 200,000 messages two fifths of the
 * process were such room. Of glibc's arenas, of which each of V8's threads has one, what is freed is seldom used again; one for all does not grow.
 * @param memorySize megabytes of the function
 */
export function memoryEnvironment(memorySize: number) {
  const semiSpace = Math.min(SEMI_SPACE, Math.floor(memorySize * PARTS_OF_MEMORY.semiSpace))
  return {
    NODE_OPTIONS: `--max-semi-space-size=${semiSpace} --max-old-space-size=${Math.floor(memorySize * OLD_SPACE_PART)}`,
    MALLOC_ARENA_MAX: '1',
  }
}
