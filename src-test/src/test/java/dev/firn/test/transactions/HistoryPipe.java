package dev.firn.test.transactions;

import dev.firn.test.isolation.History;
import dev.firn.test.isolation.Operation;
import dev.firn.test.isolation.Operation.Delete;
import dev.firn.test.isolation.Operation.Get;
import dev.firn.test.isolation.Operation.Put;
import dev.firn.test.isolation.Operation.Scan;
import dev.firn.test.isolation.TransactionRecord;
import dev.firn.test.isolation.TransactionRecord.Outcome;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Transactions on their way out of a process that may die at any time. A transaction is sent before
 * it commits; its end is sent before its session continues.
 *
 * <pre>
 *  frame:       u32 length | u8 type | u32 session | content
 *  type:        {@link #COMMITTING}, content: transaction
 *               {@link #ENDED}, content: u64 end, u8 outcome; of the one that was committing
 *               {@link #WHOLE}, content: transaction
 *  transaction: u64 begin, u64 end, u8 outcome, u32 count, operations
 * </pre>
 *
 * <p><b>Threading.</b> Any thread logs; one thread reads.
 */
final class HistoryPipe implements Recorder.Log {

  private static final int COMMITTING = 1;
  private static final int ENDED = 2;
  private static final int WHOLE = 3;
  private static final int GET = 1;
  private static final int PUT = 2;
  private static final int DELETE = 3;
  private static final int SCAN = 4;
  private static final Outcome[] OUTCOMES = Outcome.values();

  private final OutputStream out;
  private final boolean[] committing = new boolean[Recorder.SESSIONS];

  HistoryPipe(OutputStream out) {
    this.out = out;
  }

  @Override
  public void committing(TransactionRecord transaction) {
    committing[transaction.session()] = true;
    send(COMMITTING, transaction);
  }

  @Override
  public void ended(TransactionRecord transaction) {
    send(committing[transaction.session()] ? ENDED : WHOLE, transaction);
    committing[transaction.session()] = false;
  }

  private void send(int type, TransactionRecord transaction) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    DataOutputStream data = new DataOutputStream(frame);
    try {
      data.writeInt(0);
      data.writeByte(type);
      data.writeInt(transaction.session());
      if (type != ENDED) {
        data.writeLong(transaction.begin());
      }
      data.writeLong(transaction.end());
      data.writeByte(transaction.outcome().ordinal());
      if (type != ENDED) {
        write(transaction.operations(), data);
      }
      byte[] bytes = frame.toByteArray();
      ByteBuffer.wrap(bytes).putInt(0, bytes.length - Integer.BYTES);
      synchronized (out) {
        out.write(bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(List<Operation> operations, DataOutputStream data) throws IOException {
    data.writeInt(operations.size());
    for (Operation operation : operations) {
      switch (operation) {
        case Get get -> {
          data.writeByte(GET);
          write(get, data);
        }
        case Put put -> {
          data.writeByte(PUT);
          data.writeLong(put.item());
          data.writeLong(put.version());
        }
        case Delete delete -> {
          data.writeByte(DELETE);
          data.writeLong(delete.item());
          data.writeLong(delete.version());
        }
        case Scan scan -> {
          data.writeByte(SCAN);
          data.writeLong(scan.from());
          data.writeLong(scan.to());
          data.writeInt(scan.found().size());
          for (Get get : scan.found()) {
            write(get, data);
          }
        }
      }
    }
  }

  private static void write(Get get, DataOutputStream data) throws IOException {
    data.writeLong(get.item());
    data.writeInt(get.trail().length);
    for (long version : get.trail()) {
      data.writeLong(version);
    }
  }

  /**
   * Reads until the writing process is dead, and adds all transactions to a history: those of which
   * no end was sent as {@link Outcome#UNKNOWN}. A part of a frame at the end does not count.
   */
  static void readUntilDeath(InputStream in, History history) throws IOException {
    Map<Integer, TransactionRecord> committing = new HashMap<>();
    DataInputStream frames = new DataInputStream(in);
    try {
      while (true) {
        byte[] frame = new byte[frames.readInt()];
        frames.readFully(frame);
        read(new DataInputStream(new ByteArrayInputStream(frame)), committing, history);
      }
    } catch (EOFException dead) {
      history.addAll(committing.values());
    }
  }

  private static void read(
      DataInputStream data, Map<Integer, TransactionRecord> committing, History history)
      throws IOException {
    int type = data.readByte();
    int session = data.readInt();
    if (type == ENDED) {
      TransactionRecord begun = committing.remove(session);
      if (begun == null) {
        throw new AssertionError("the end of a transaction that was not sent before");
      }
      long end = data.readLong();
      Outcome outcome = OUTCOMES[data.readByte()];
      history.add(new TransactionRecord(session, begun.begin(), end, outcome, begun.operations()));
      return;
    }
    long begin = data.readLong();
    long end = data.readLong();
    Outcome outcome = OUTCOMES[data.readByte()];
    TransactionRecord read = new TransactionRecord(session, begin, end, outcome, operations(data));
    if (type == COMMITTING) {
      committing.put(session, read);
    } else {
      history.add(read);
    }
  }

  private static List<Operation> operations(DataInputStream data) throws IOException {
    List<Operation> operations = new ArrayList<>();
    for (int i = data.readInt(); i > 0; i--) {
      operations.add(
          switch (data.readByte()) {
            case GET -> get(data);
            case PUT -> new Put(data.readLong(), data.readLong());
            case DELETE -> new Delete(data.readLong(), data.readLong());
            case SCAN -> scan(data);
            default -> throw new AssertionError("operation");
          });
    }
    return operations;
  }

  private static Scan scan(DataInputStream data) throws IOException {
    long from = data.readLong();
    long to = data.readLong();
    List<Get> found = new ArrayList<>();
    for (int i = data.readInt(); i > 0; i--) {
      found.add(get(data));
    }
    return new Scan(from, to, found);
  }

  private static Get get(DataInputStream data) throws IOException {
    long item = data.readLong();
    long[] trail = new long[data.readInt()];
    for (int i = 0; i < trail.length; i++) {
      trail[i] = data.readLong();
    }
    return new Get(item, trail);
  }
}
