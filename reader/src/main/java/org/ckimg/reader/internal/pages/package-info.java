/** Blocks: their tables, the frames that hold pages, and memory made of them. */
package org.ckimg.reader.internal.pages;
