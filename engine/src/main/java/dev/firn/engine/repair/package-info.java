/**
 * Repairs a damaged store that is not open: keeps every readable table block and journal record,
 * and says what may be lost. Uses no other part of the engine. Start at {@link
 * dev.firn.engine.repair.Repair}.
 */
@NullMarked
package dev.firn.engine.repair;

import org.jspecify.annotations.NullMarked;
