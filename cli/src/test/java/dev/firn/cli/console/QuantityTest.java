package dev.firn.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantityTest {

  @ParameterizedTest
  @CsvSource({
    "0,0 B",
    "999,999 B",
    "1000,1.00 kB",
    "99949,99.9 kB",
    "999499,999 kB",
    "999500,1.00 MB",
    "3005252,3.01 MB",
    "9223372036854775807,9.22 EB"
  })
  void bytes_haveThreeDigits(long bytes, String text) {
    assertEquals(text, Quantity.bytes(bytes));
  }

  @ParameterizedTest
  @CsvSource({
    "850,0.85 µs",
    "12345,12.3 µs",
    "999499,999 µs",
    "999500,1.00 ms",
    "1500000000,1.50 s"
  })
  void nanos_haveThreeDigits(long nanos, String text) {
    assertEquals(text, Quantity.nanos(nanos));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {"1,1 entry", "0,0 entries", "1234567,`1,234,567 entries`"})
  void count_agreesWithItsNoun(long count, String text) {
    assertEquals(text, Quantity.count(count, "entry", "entries"));
  }
}
