import Glibc

/// Why a file could not be damaged.
package struct NotDamaged: Error { package var code: Int32 }

/// Turns bits all over a file, but for its first 208 bytes, in the place where it is: what a failing disk or a careless tool
/// does to a program that has it open. Among them is the first byte of each page of a database, which tells what the page is,
/// so that whoever reads one notices.
package func damageFile(at path: String) throws {
    let file = open(path, O_RDWR | O_CLOEXEC)
    guard file >= 0 else { throw NotDamaged(code: errno) }
    defer { close(file) }
    let size = Int(lseek(file, 0, SEEK_END))
    var content = [UInt8](repeating: 0, count: size)
    guard pread(file, &content, size, 0) == size else { throw NotDamaged(code: errno) }
    for index in stride(from: 208, to: size, by: 16) { content[index] ^= 0xFF }
    guard pwrite(file, content, size, 0) == size else { throw NotDamaged(code: errno) }
}
