/** JSON documents of the command line contract, written as a stream. */
package org.ckimg.tools.json;
