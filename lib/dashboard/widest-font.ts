import { setPlatformAPI } from 'echarts'

/**
 * How wide a text can be, whatever sans-serif font there is: who opens the picture has other fonts than who drew it. For each character it
 * is the widest of the fonts that are in use, Verdana and DejaVu Sans; of other characters an em, which none exceeds.
 */

/** From the space to `~`, in thousandths of an em. */
// biome-ignore format: a table
const REGULAR = [
  352, 401, 460, 838, 637, 1076, 780, 275, 454, 454, 500, 838, 364, 454, 364, 454, 637, 637, 637, 637, 637, 637, 637, 637,
  637, 637, 454, 454, 838, 838, 838, 531, 1000, 685, 687, 699, 771, 632, 576, 775, 752, 421, 455, 656, 558, 863, 749, 788,
  604, 788, 695, 635, 611, 732, 685, 989, 686, 611, 686, 454, 454, 454, 838, 636, 500, 613, 635, 550, 635, 616, 353, 635,
  634, 278, 278, 580, 278, 975, 634, 612, 635, 635, 427, 521, 394, 634, 592, 818, 592, 592, 525, 637, 454, 637, 838,
]
// biome-ignore format: a table
const BOLD = [
  398, 457, 521, 947, 720, 1216, 882, 311, 514, 514, 565, 947, 412, 514, 412, 514, 720, 720, 720, 720, 720, 720, 720, 720,
  720, 720, 514, 514, 947, 947, 947, 601, 1130, 775, 777, 790, 872, 715, 684, 876, 850, 476, 515, 775, 638, 996, 847, 891,
  733, 891, 786, 721, 691, 828, 775, 1118, 776, 725, 776, 514, 514, 514, 947, 719, 565, 693, 718, 622, 718, 697, 436, 718,
  717, 343, 343, 666, 343, 1102, 717, 692, 718, 718, 494, 596, 479, 717, 669, 925, 669, 669, 594, 720, 514, 720, 947,
]
const FIRST = 0x20

/** @param size of an em */
export function widestWidth(text: string, size: number, bold: boolean): number {
  const widths = bold ? BOLD : REGULAR
  let sum = 0
  for (const character of text) sum += widths[(character.codePointAt(0) ?? 0) - FIRST] ?? 1_000
  return (sum * size) / 1_000
}

// The charts make room for their labels by this measure, too.
setPlatformAPI({
  measureText(text, font = '') {
    const size = Number(/([\d.]+)px/.exec(font)?.[1] ?? 12)
    return { width: widestWidth(text, size, /\bbold\b|\b[6-9]00\b/.test(font)) }
  },
})
