import { EnlargerError } from '../api/errors.ts';
import { FormatError } from '../onnx/protocolBuffer.ts';

/** Why a file that a user adds is refused. */
export type RefusalReason =
  /** It does not follow its format, is cut short, or its checksums do not fit. */
  | 'model/unreadable'
  /** It would run code, or refers to data outside the file. */
  | 'model/unsafe'
  /** It exceeds the limits. */
  | 'model/too-large'
  /** It is sound, but its network is not understood. */
  | 'model/unsupported'
  /** Its network was run and does not do what an enlarging network does. */
  | 'model/not-proven';

/** Why a file is not accepted; the message is a complete sentence, followed by one that suggests what would work. */
export class Refusal extends EnlargerError {
  constructor(reason: RefusalReason, message: string, options?: ErrorOptions) {
    super(reason, message, {}, options);
  }
}

/** The end of messages about files that are cut short or damaged. */
const COPY_AGAIN = 'It may be incomplete: download or copy it again.';

/** @param clause What is wrong, without a full stop. */
export function unreadable(clause: string, cause?: unknown): Refusal {
  return new Refusal('model/unreadable', `The file cannot be read: ${clause}. ${COPY_AGAIN}`, { cause });
}

/** Runs a reader and turns what it finds wrong with the format into a refusal. */
export function refusingFormat<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof FormatError) throw unreadable(error.message, error);
    throw error;
  }
}
