/** Answers whether an image is sound, and why not: every rule that it breaks, and where. */
package org.ckimg.reader.verify;
