import { EnlargerError } from '../api/errors.ts';
import { FormatError } from '../onnx/protocolBuffer.ts';

/** Why a file that a user adds is refused. */
export type RefusalReason =
  /** It does not follow its format, is cut short, or its checksums do not fit. */
  | 'model/unreadable'
  /** It would run code, or reads what is not in it. */
  | 'model/unsafe'
  /** It is beyond what is read. */
  | 'model/too-large'
  /** It is sound, but its network is not understood. */
  | 'model/unsupported'
  /** Its network was run and does not do what an enlarging network does. */
  | 'model/not-proven';

/** Why a file is not accepted; the message is a whole sentence, and the next one suggests what would work. */
export class Refusal extends EnlargerError {
  constructor(reason: RefusalReason, message: string, options?: ErrorOptions) {
    super(reason, message, {}, options);
  }
}

/** Ends what a reader says of a file that is cut short or written over. */
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
