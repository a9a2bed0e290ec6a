import type net from 'node:net';

/** A longer line is not one of our messages. */
const MAX_LINE_CHARACTERS = 64 * 1024 * 1024;

/** Calls back with every complete line; a peer whose line does not end is disconnected. */
export function readLines(socket: net.Socket, onLine: (line: string) => void): void {
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_LINE_CHARACTERS) socket.destroy();
    for (const line of lines) onLine(line);
  });
}
