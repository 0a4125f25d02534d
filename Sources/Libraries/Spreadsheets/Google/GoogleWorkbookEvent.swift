/// What a ``GoogleWorkbook`` tells its observer. No case carries an id or a token, and none but Google's own words a cell.
public enum GoogleWorkbookEvent: Sendable, Hashable {
    /// An exchange ended: with a status, or without one because no answer came. `tail` is the end of the spreadsheet's
    /// id.
    case answered(operation: String, tail: String, status: Int?, duration: Duration)
    /// A call failed for the `attempt`-th time, counted from 1, and is made again after a pause.
    case repeating(operation: String, tail: String, attempt: Int, error: WorkbookError, pause: Duration)
    /// Google takes a request for nonsense, and says why in words of its own, which may quote the request.
    case refused(operation: String, tail: String, explanation: String)
}
