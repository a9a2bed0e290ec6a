/** Texts of the page of other machines. */
export const machineTexts = {
  'machines.sentence': 'Computers that share this list. Each joins with “enlarger work”.',
  'machines.nobody': 'No other machine',
  'machines.working': '{{running}} of {{capacity}} images',
  'machines.leaving': 'Leaving',
  'machines.silent': 'Silent for {{time}}',
  'machines.finished_one': '{{count}} finished',
  'machines.finished_other': '{{count}} finished',
  'machines.failed_one': '{{count}} failed',
  'machines.failed_other': '{{count}} failed',
  'machines.speed': '{{speed}} MP/s',
  'machines.version': 'Version {{version}}',
} as const;
