package org.ckimg.reader.internal.pages;

/**
 * Where a table is, for messages.
 *
 * @param section name of the section
 * @param offset of the table, from the image's start
 */
record Place(String section, long offset) {
  long at(int index) {
    return offset + index;
  }
}
