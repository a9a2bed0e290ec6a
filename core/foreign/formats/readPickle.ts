import { Refusal, unreadable } from '../refusal.ts';
import { allowedName, build, storageOf } from './pickleBuilders.ts';
import { PickledTuple, type PickledValue } from './pickleValues.ts';

/**
 * [Note: A pickle is a program] It can call any function of Python. Here it is read by a machine that knows only the
 * opcodes that weights need and a few names that it replaces by its own values. Anything else ends the
 * reading; nothing is ever called, imported or executed.
 */
const MARK = Symbol('mark');

type StackItem = PickledValue | typeof MARK;

/** The text of the name of a builder; longer ones are attacks. */
const MAX_LINE_BYTES = 1_000;

class PickleMachine {
  readonly #bytes: Buffer;
  #at: number;
  readonly #stack: StackItem[] = [];
  readonly #memo = new Map<number, PickledValue>();

  constructor(bytes: Buffer, start: number) {
    this.#bytes = bytes;
    this.#at = start;
  }

  run(): { value: PickledValue; end: number } {
    for (;;) {
      const opcode = this.#byte();
      if (opcode === 0x2e) return { value: this.#pop(), end: this.#at };
      const operation = OPERATIONS.get(opcode);
      if (operation === undefined) {
        const message = `The file contains the pickle instruction 0x${opcode.toString(16)}, which weights do not need; nothing was run.`;
        throw new Refusal('model/unsafe', message);
      }
      operation(this);
    }
  }

  take(length: number): Buffer {
    if (length < 0 || this.#at + length > this.#bytes.length) throw unreadable('the pickle ends too early');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  #byte(): number {
    return this.take(1).readUInt8(0);
  }

  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0 || end - this.#at > MAX_LINE_BYTES) throw unreadable('a name in the pickle does not end');
    const text = this.take(end - this.#at).toString('utf8');
    this.#at++;
    return text;
  }

  push(value: PickledValue): void {
    this.#stack.push(value);
  }

  mark(): void {
    this.#stack.push(MARK);
  }

  #pop(): PickledValue {
    const item = this.#stack.pop();
    if (item === undefined || item === MARK) throw unreadable('the pickle reads from an empty stack');
    return item;
  }

  pop(): PickledValue {
    return this.#pop();
  }

  /** Removes and returns everything above the last mark, and the mark. */
  popMarked(): PickledValue[] {
    const at = this.#stack.lastIndexOf(MARK);
    if (at < 0) throw unreadable('the pickle reads from an empty stack');
    const items = this.#stack.splice(at).slice(1);
    return items as PickledValue[];
  }

  top(): PickledValue {
    const item = this.#stack.at(-1);
    if (item === undefined || item === MARK) throw unreadable('the pickle reads from an empty stack');
    return item;
  }

  remember(index: number): void {
    this.#memo.set(index, this.top());
  }

  rememberNext(): void {
    this.#memo.set(this.#memo.size, this.top());
  }

  recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw unreadable('the pickle refers to a value that it never stored');
    this.push(value);
  }
}

function setItems(target: PickledValue, items: readonly PickledValue[]): void {
  if (!(target instanceof Map) || items.length % 2 !== 0) throw unreadable('a dictionary in it is damaged');
  for (let index = 0; index < items.length; index += 2) {
    const [key, value] = items.slice(index, index + 2);
    if (key !== undefined && value !== undefined) target.set(key, value);
  }
}

function appendItems(target: PickledValue, items: readonly PickledValue[]): void {
  if (!Array.isArray(target)) throw unreadable('a list in it is damaged');
  for (const item of items) target.push(item);
}

/** An integer of any length, little-endian, in two's complement. */
function longOf(bytes: Buffer): number | bigint {
  let value = 0n;
  for (const [index, byte] of bytes.entries()) value |= BigInt(byte) << BigInt(8 * index);
  const signed = BigInt.asIntN(8 * bytes.length, value);
  const short = Number(signed);
  return Number.isSafeInteger(short) ? short : signed;
}

function takeTuple(machine: PickleMachine, count: number): void {
  const items = Array.from({ length: count }, () => machine.pop()).reverse();
  machine.push(new PickledTuple(items));
}

function text(value: PickledValue): string {
  if (typeof value === 'string') return value;
  throw unreadable('a name in the pickle is not a string');
}

/** Any longer integer is an attack: the longest that occurs is the magic number of old files, 10 bytes. */
const MAX_LONG_BYTES = 64;

function takeLong(machine: PickleMachine, length: number): void {
  if (length > MAX_LONG_BYTES) throw unreadable(`an integer in it has ${length} bytes`);
  machine.push(longOf(machine.take(length)));
}

/** By opcode, as `pickletools` documents them. */
const OPERATIONS: ReadonlyMap<number, (machine: PickleMachine) => void> = new Map<
  number,
  (machine: PickleMachine) => void
>([
  [0x80, (machine) => void machine.take(1)], // PROTO
  [0x95, (machine) => void machine.take(8)], // FRAME
  [0x28, (machine) => machine.mark()], // MARK
  [0x30, (machine) => void machine.pop()], // POP
  [0x31, (machine) => void machine.popMarked()], // POP_MARK
  [0x32, (machine) => machine.push(machine.top())], // DUP
  [0x4e, (machine) => machine.push(null)], // NONE
  [0x88, (machine) => machine.push(true)], // NEWTRUE
  [0x89, (machine) => machine.push(false)], // NEWFALSE
  [0x4a, (machine) => machine.push(machine.take(4).readInt32LE())], // BININT
  [0x4b, (machine) => machine.push(machine.take(1).readUInt8())], // BININT1
  [0x4d, (machine) => machine.push(machine.take(2).readUInt16LE())], // BININT2
  [0x47, (machine) => machine.push(machine.take(8).readDoubleBE())], // BINFLOAT
  [0x8a, (machine) => takeLong(machine, machine.take(1).readUInt8())], // LONG1
  [0x8b, (machine) => takeLong(machine, machine.take(4).readInt32LE())], // LONG4
  [0x58, (machine) => machine.push(machine.take(machine.take(4).readUInt32LE()).toString('utf8'))], // BINUNICODE
  [0x8c, (machine) => machine.push(machine.take(machine.take(1).readUInt8()).toString('utf8'))], // SHORT_BINUNICODE
  [0x54, (machine) => machine.push(machine.take(machine.take(4).readInt32LE()).toString('latin1'))], // BINSTRING
  [0x55, (machine) => machine.push(machine.take(machine.take(1).readUInt8()).toString('latin1'))], // SHORT_BINSTRING
  [0x42, (machine) => machine.push(Uint8Array.from(machine.take(machine.take(4).readUInt32LE())))], // BINBYTES
  [0x43, (machine) => machine.push(Uint8Array.from(machine.take(machine.take(1).readUInt8())))], // SHORT_BINBYTES
  [0x5d, (machine) => machine.push([])], // EMPTY_LIST
  [0x7d, (machine) => machine.push(new Map())], // EMPTY_DICT
  [0x29, (machine) => machine.push(new PickledTuple([]))], // EMPTY_TUPLE
  [0x74, (machine) => machine.push(new PickledTuple(machine.popMarked()))], // TUPLE
  [0x85, (machine) => takeTuple(machine, 1)], // TUPLE1
  [0x86, (machine) => takeTuple(machine, 2)], // TUPLE2
  [0x87, (machine) => takeTuple(machine, 3)], // TUPLE3
  [0x6c, (machine) => machine.push(machine.popMarked())], // LIST
  [
    0x64, // DICT
    (machine) => {
      const items = machine.popMarked();
      const dictionary = new Map<PickledValue, PickledValue>();
      setItems(dictionary, items);
      machine.push(dictionary);
    },
  ],
  [
    0x61, // APPEND
    (machine) => {
      const item = machine.pop();
      appendItems(machine.top(), [item]);
    },
  ],
  [
    0x65, // APPENDS
    (machine) => {
      const items = machine.popMarked();
      appendItems(machine.top(), items);
    },
  ],
  [
    0x73, // SETITEM
    (machine) => {
      const [value, key] = [machine.pop(), machine.pop()];
      setItems(machine.top(), [key, value]);
    },
  ],
  [
    0x75, // SETITEMS
    (machine) => {
      const items = machine.popMarked();
      setItems(machine.top(), items);
    },
  ],
  [0x71, (machine) => machine.remember(machine.take(1).readUInt8())], // BINPUT
  [0x72, (machine) => machine.remember(machine.take(4).readUInt32LE())], // LONG_BINPUT
  [0x94, (machine) => machine.rememberNext()], // MEMOIZE
  [0x68, (machine) => machine.recall(machine.take(1).readUInt8())], // BINGET
  [0x6a, (machine) => machine.recall(machine.take(4).readUInt32LE())], // LONG_BINGET
  [0x63, (machine) => machine.push(allowedName(machine.line(), machine.line()))], // GLOBAL
  [
    0x93, // STACK_GLOBAL
    (machine) => {
      const [name, module] = [text(machine.pop()), text(machine.pop())];
      machine.push(allowedName(module, name));
    },
  ],
  [
    0x52, // REDUCE
    (machine) => {
      const [parts, callee] = [machine.pop(), machine.pop()];
      machine.push(build(callee, parts));
    },
  ],
  [0x51, (machine) => machine.push(storageOf(machine.pop()))], // BINPERSID
  [
    0x62, // BUILD: attributes of a dictionary, such as the versions of its modules; of no interest
    (machine) => {
      machine.pop();
      if (!(machine.top() instanceof Map)) {
        throw new Refusal(
          'model/unsafe',
          'The file changes an object that is not a dictionary; nothing was run.',
        );
      }
    },
  ],
]);

/**
 * Reads one pickle of weights.
 *
 * @param start Where it begins in `bytes`.
 * @returns What it contains, and where it ends.
 * @throws Refusal `model/unsafe` for what weights do not need, `model/unreadable` for a damaged one.
 */
export function readPickle(bytes: Buffer, start = 0): { value: PickledValue; end: number } {
  return new PickleMachine(bytes, start).run();
}
