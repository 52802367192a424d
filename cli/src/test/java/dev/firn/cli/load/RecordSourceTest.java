package dev.firn.cli.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Records are written {@code key=value}, bad lines as their number and reason.
 */
class RecordSourceTest {

  @Test
  void tsv_firstColumnIsTheKey() throws Exception {
    assertEquals(List.of("a=1", "b=2\t3", "c="), tsv("a\t1\nb\t2\t3\n\nc\n", shape("1", null)));
  }

  @Test
  void tsv_otherColumn_valueIsTheLine() throws Exception {
    assertEquals(List.of("1=a\t1"), tsv("a\t1\n", shape("2", null)));
    assertEquals(List.of("1/a=a\t1"), tsv("a\t1\n", shape("2,1", null)));
  }

  @Test
  void tsv_columnsByName() throws Exception {
    String text = "id\tname\tage\n7\tann\t33\n8\tbob\t44\n";
    assertEquals(List.of("7=ann", "8=bob"), tsv(text, shape("id", "name")));
    assertEquals(
        List.of("ann/7=7\tann\t33", "bob/8=8\tbob\t44"), tsv(text, shape("name,id", null)));
    assertEquals(List.of("7=33", "8=44"), tsv(text, shape("id", "3")));
  }

  @Test
  void tsv_headerIsNoRecord() throws Exception {
    RecordShape shape = new RecordShape(List.of("1"), "2", new byte[0], true);
    assertEquals(List.of("7=ann"), tsv("id\tname\n7\tann\n", shape));
  }

  @Test
  void tsv_unknownColumn_saysWhatThereIs() {
    BadInputException e =
        assertThrows(BadInputException.class, () -> tsv("id\tname\n", shape("nix", null)));
    assertEquals("1: the header has no column 'nix'; it has id, name", e.getMessage());
  }

  @Test
  void tsv_missingField_isABadLine() throws Exception {
    assertEquals(
        List.of(
            "x/1=b\t1\tx", "2: the key field '3' is missing: the line has 1 column", "y/2=b\t2\ty"),
        tsv("b\t1\tx\nbad\nb\t2\ty\n", shape("3,2", null)));
    assertEquals(
        List.of("1: the value field '2' is missing: the line has 1 column"),
        tsv("a\n", shape("1", "2")));
    assertEquals(
        List.of("1: the key field '1' is empty", "a=b"), tsv("\tb\na\tb\n", shape("1", null)));
  }

  @Test
  void ndjson_fieldsOfAllKinds() throws Exception {
    assertEquals(
        List.of("ü/1.50/true={\"a\":\"ü\",\"b\":1.50,\"c\":true}"),
        ndjson("{\"a\":\"\\u00fc\",\"b\":1.50,\"c\":true}", shape("a,b,c", null)).stream()
            .map(line -> line.replace("\\u00fc", "ü"))
            .toList());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`\"x\\ny\"`, `x\ny`",
        "12.0, 12.0",
        "null, null",
        "`{\"c\": [1, 2]}`, `{\"c\": [1, 2]}`",
        "`[ {} ]`, `[ {} ]`"
      })
  void ndjson_valueOfAField(String json, String value) throws Exception {
    assertEquals(
        List.of("k=" + value), ndjson("{\"v\": " + json + ", \"k\":\"k\"}\n", shape("k", "v")));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`{\"a\":1}`, the key field 'k' is missing",
        "`{\"k\":null}`, the key field 'k' is missing",
        "`{\"k\":{\"k\":1}}`, the key field 'k' is an object or an array",
        "`{\"k\":\"\"}`, the key field 'k' is empty",
        "`[1]`, not a JSON object",
        "`{\"k\":1} {\"k\":2}`, more than one JSON object",
        "`{\"k\":\"\\ud800\"}`, a string with half a surrogate pair"
      })
  void ndjson_badLine_saysWhy(String json, String reason) throws Exception {
    assertEquals(
        List.of("1: " + reason, "ok={\"k\":\"ok\"}"),
        ndjson(json + "\n\n{\"k\":\"ok\"}", shape("k", null)).stream()
            .map(line -> line.replace("2: ", "1: "))
            .toList());
  }

  @Test
  void ndjson_notJson_isABadLine() throws Exception {
    List<String> lines = ndjson("{\"k\":1\n{\"k\":2}", shape("k", null));
    assertEquals(2, lines.size());
    assertEquals("1: not JSON", lines.get(0).substring(0, 11));
  }

  @Test
  void key_tooLong_isABadLine() throws Exception {
    assertEquals(
        List.of("1: a key of 65537 bytes, longer than 65536"),
        tsv("x".repeat(65537), shape("1", null)));
  }

  @Test
  void dump_cutShort_isNoticed() {
    String text =
        "{\"firn-dump\":1,\"trees\":[\"t\"]}\n{\"tree\":\"t\",\"key\":\"k\",\"value\":\"v\"}\n";
    assertEquals(
        "3: the dump was cut short: its last line is missing",
        assertThrows(
                BadInputException.class, () -> read(LineInput.Format.DUMP, text, shape("1", null)))
            .getMessage());
    assertEquals(
        "3: the dump says it has 2 entries, and has 1",
        assertThrows(
                BadInputException.class,
                () ->
                    read(
                        LineInput.Format.DUMP,
                        text + "{\"firn-dump-end\":1,\"entries\":2}",
                        shape("1", null)))
            .getMessage());
  }

  @Test
  void dump_ofANewerVersion_isRefused() {
    assertEquals(
        "1: the dump is of version 3; this release reads 1 to 2",
        assertThrows(
                BadInputException.class,
                () -> read(LineInput.Format.DUMP, "{\"firn-dump\":3}\n", shape("1", null)))
            .getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "`{\"firn-dump\":1}`, x.json, DUMP",
        "`{\"a\":1}`, stdin, NDJSON",
        "`{\"a\":1}`, x.tsv, TSV",
        "a b, x.json, TSV"
      })
  void guess_looksAtTheFirstLine(String text, String name, LineInput.Format format) {
    assertEquals(format, LineInput.of(input(text), name).guess());
  }

  private static RecordShape shape(String keys, @Nullable String value) {
    return new RecordShape(
        List.of(keys.split(",")), value, "/".getBytes(StandardCharsets.UTF_8), false);
  }

  private static List<String> tsv(String text, RecordShape shape) throws Exception {
    return read(LineInput.Format.TSV, text, shape);
  }

  private static List<String> ndjson(String text, RecordShape shape) throws Exception {
    return read(LineInput.Format.NDJSON, text, shape);
  }

  private static List<String> read(LineInput.Format format, String text, RecordShape shape)
      throws Exception {
    RecordSource source = LineInput.of(input(text), "test").as(format, shape).source();
    List<String> records = new ArrayList<>();
    while (true) {
      try {
        if (!source.next()) {
          return records;
        }
        records.add(utf8(source.key()) + "=" + utf8(source.value()));
      } catch (BadLineException e) {
        records.add(source.line() + ": " + e.getMessage());
      }
    }
  }

  private static String utf8(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static ByteArrayInputStream input(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
