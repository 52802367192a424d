package dev.firn.core.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class FileNameTest {

  private static final Path FOLDER = Path.of("store");

  private static String name(Path path) {
    assertEquals(FOLDER, path.getParent());
    return path.getFileName().toString();
  }

  @Test
  void names_haveSixDigitsOrMore() {
    assertEquals("manifest-000001", name(FileName.manifest(FOLDER, 1)));
    assertEquals("000001.journal", name(FileName.journal(FOLDER, 1)));
    assertEquals("1234567.table", name(FileName.table(FOLDER, 1234567)));
    assertEquals("000001.table.tmp", name(FileName.temporary(FileName.table(FOLDER, 1))));
  }

  @Test
  void numbers_roundTrip() {
    for (long number : new long[] {0, 1, 999_999, 1_000_000, 999_999_999_999_999_999L}) {
      OptionalLong expected = OptionalLong.of(number);
      assertEquals(expected, FileName.manifestNumber(name(FileName.manifest(FOLDER, number))));
      assertEquals(expected, FileName.journalNumber(name(FileName.journal(FOLDER, number))));
      assertEquals(expected, FileName.tableNumber(name(FileName.table(FOLDER, number))));
    }
  }

  @Test
  void names_ofOneKindAreNotOfAnother() {
    assertNone("LOCK");
    assertNone("CURRENT");
    assertEquals(OptionalLong.empty(), FileName.tableNumber("000001.journal"));
    assertEquals(OptionalLong.empty(), FileName.journalNumber("000001.table"));
    assertEquals(OptionalLong.empty(), FileName.manifestNumber("000001.table"));
    assertEquals(OptionalLong.empty(), FileName.tableNumber("manifest-000001"));
  }

  @Test
  void temporary_belongsToNoOtherKind() {
    assertTrue(FileName.isTemporary("000001.table.tmp"));
    assertTrue(FileName.isTemporary("CURRENT.tmp"));
    assertFalse(FileName.isTemporary("000001.table"));
    assertFalse(FileName.isTemporary("tmp"));
    assertNone("000001.table.tmp");
    assertNone("manifest-000001.tmp");
  }

  @Test
  void hostileNames_haveNoNumber() {
    for (String digits :
        List.of(
            "",
            "1",
            "00001",
            "0000001",
            "01000000",
            "+00001",
            "-00001",
            "00001 ",
            " 00001",
            "0x0001",
            "00000a",
            "000_01",
            "\u0660\u0660\u0660\u0660\u0660\u0661",
            "\uff10\uff10\uff10\uff10\uff10\uff11",
            "9223372036854775808",
            "1000000000000000000",
            "99999999999999999999999999",
            "../000001",
            "/000001",
            "000001/000001",
            "000001\0",
            "000001\n")) {
      assertNone(digits + ".table");
      assertNone(digits + ".journal");
      assertNone("manifest-" + digits);
    }
    assertNone(".table");
    assertNone("manifest-");
    assertNone("Manifest-000001");
    assertNone("000001.TABLE");
    assertNone("000001.table~");
  }

  private static void assertNone(String name) {
    assertEquals(OptionalLong.empty(), FileName.tableNumber(name), name);
    assertEquals(OptionalLong.empty(), FileName.journalNumber(name), name);
    assertEquals(OptionalLong.empty(), FileName.manifestNumber(name), name);
  }
}
