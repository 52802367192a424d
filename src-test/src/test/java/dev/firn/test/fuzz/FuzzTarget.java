package dev.firn.test.fuzz;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Code that reads bytes of untrusted origin.
 *
 * @param name a word for files and the command line
 * @param seeds makes the first inputs, from real stores
 * @param body reads one input; whatever it throws is a finding
 */
record FuzzTarget(String name, Supplier<List<byte[]>> seeds, Consumer<byte[]> body) {

  void run(byte[] input) {
    body.accept(input);
  }
}
