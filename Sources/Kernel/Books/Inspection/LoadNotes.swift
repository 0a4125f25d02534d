import Service
import Spreadsheets

/// What a load notices in a tab and can live with: one warning for each kind and load.
///
/// Source: sheets chapter, section 7.1.
enum LoadNotes {
    private static let shownCells = 20

    /// - Parameter key: the Config key that names the tab.
    static func warn(of block: CellBlock, _ tab: String, namedBy key: String, to logger: Logger) {
        let rules = TabRules(contract: TabContract.named(by: key) ?? TabContract(), block: block, width: block.width)
        let headers = rules.repeatedNames
        if !headers.isEmpty {
            logger.warning(
                "sheets: repeated headers, the leftmost counts", ["tab": .string(tab), "headers": .strings(headers)])
        }
        let cells = rules.damagedIDs
        if !cells.isEmpty {
            logger.warning(
                "sheets: ids changed by the spreadsheet; format the column as plain text",
                ["tab": .string(tab), "cells": .strings(Array(cells.prefix(shownCells)))])
        }
    }
}
