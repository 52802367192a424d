package dev.firn.test.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.firn.cli.console.Failure;
import dev.firn.cli.load.LineInput.Format;
import dev.firn.cli.load.LoadRecords;
import dev.firn.cli.load.RecordShape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** What {@code firn load} reads, without a store. */
final class LoadTargets {

  private static final String DUMP =
      """
      {"firn-dump":1,"trees":["t","empty"]}
      {"tree":"t","key":"a","value":"text \\u00e9 \\n \\" end"}
      {"tree":"t","key":{"base64":"AP8="},"value":{"base64":""}}
      {"firn-dump-end":1,"entries":2}
      """;

  private static final String NDJSON =
      """
      {"id":"a","name":"text","n":1.5e3,"deep":{"x":[1,null,true]}}
      {"id":12,"name":null}

      {"other":1}
      """;

  private static final String TSV = "id\tname\tn\na\ttext\t1\n\t\t\nb\n";

  private LoadTargets() {}

  static List<FuzzTarget> all() {
    return List.of(
        target("dump", Format.DUMP, RecordShape.keyedBy("1"), DUMP),
        target("ndjson", Format.NDJSON, RecordShape.keyedBy("id", "n"), NDJSON),
        target("tsv", Format.TSV, RecordShape.keyedBy("id", "2"), TSV));
  }

  private static FuzzTarget target(String name, Format format, RecordShape shape, String seed) {
    return new FuzzTarget(
        name,
        () -> List.of(seed.getBytes(UTF_8), compressed(seed.getBytes(UTF_8))),
        input -> read(input, format, shape));
  }

  /** The dump of an input, loaded again, gives the same dump. */
  private static void read(byte[] input, Format format, RecordShape shape) {
    byte[] dump = dump(input, format, shape);
    if (dump != null) {
      byte[] again = dump(dump, Format.DUMP, shape);
      Limits.check(Arrays.equals(dump, again), "a dump that is read as another one");
    }
  }

  /** The dump of an input; null if the input is refused as a whole. */
  private static byte @Nullable [] dump(byte[] input, Format format, RecordShape shape) {
    try {
      return LoadRecords.read(input, format, shape).dump();
    } catch (Failure | IOException e) {
      return null;
    }
  }

  private static byte[] compressed(byte[] text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
