"""An unmodified gspread client works with the simulated Google as it does with the real one."""

import asyncio
import base64
import json
import os

import gspread
import pytest
import pytest_asyncio
import requests
from google.auth.transport.requests import AuthorizedSession
from google.oauth2.service_account import Credentials
from simulated_guild import simulator_lines

SCOPE = "https://www.googleapis.com/auth/spreadsheets"


class Loopback(requests.adapters.HTTPAdapter):
    """Carries requests for Google's host to the simulator; everything else about them stays."""

    def __init__(self, origin):
        super().__init__()
        self._origin = origin

    def send(self, request, **options):
        request.url = request.url.replace("https://sheets.googleapis.com", self._origin, 1)
        return super().send(request, **options)


@pytest_asyncio.fixture
async def office():
    async with simulator_lines(os.environ.get("WOADKEEPER_TRAFFIC"), "--sheets") as lines:
        yield lines


def client_for(office, **changes):
    account = json.loads(base64.b64decode(office["credentials"])) | changes
    credentials = Credentials.from_service_account_info(account, scopes=[SCOPE])
    session = AuthorizedSession(credentials)
    session.mount("https://sheets.googleapis.com", Loopback(office["sheets"]))
    return gspread.Client(credentials, session=session)



async def off_the_loop(work):
    """gspread blocks; the simulator's output is read meanwhile."""
    return await asyncio.to_thread(work)


async def test_reads_tabs_ranges_and_records(office):
    def work():
        spreadsheet = client_for(office).open_by_key(office["recruitment"])
        titles = [worksheet.title for worksheet in spreadsheet.worksheets()]
        assert {"Config", "FeatureToggles", "bot_info", "Reservations"} <= set(titles)
        roster = spreadsheet.worksheet("bot_info")
        assert roster.get("A3:C4") == [["Rank", "Clan", "Tag"], ["14", "Ashen Sovereigns", "WKAS"]]
        assert roster.acell("C4").value == "WKAS"
        assert roster.row_values(3)[:3] == ["Rank", "Clan", "Tag"]
        assert "WKAS" in roster.col_values(3)
        toggles = spreadsheet.worksheet("FeatureToggles").get_all_records(numericise_ignore=["all"])
        assert {"feature_name", "enabled"} <= set(toggles[0])
        ranges = spreadsheet.values_batch_get(["Config!A1:B2", "bot_info!C3"])["valueRanges"]
        assert ranges[1]["values"] == [["Tag"]]

    await off_the_loop(work)


async def test_appends_updates_and_clears(office):
    def work():
        ledger = client_for(office).open_by_key(office["recruitment"]).worksheet("Reservations")
        height = len(ledger.get_all_values())
        answer = ledger.append_row(["007", "=1+1", "123456789012345678"], value_input_option="RAW")
        assert answer["updates"]["updatedRange"] == f"Reservations!A{height + 1}:C{height + 1}"
        assert ledger.row_values(height + 1) == ["007", "=1+1", "123456789012345678"]
        ledger.batch_update(
            [
                {"range": f"A{height + 1}", "values": [["008"]]},
                {"range": f"B{height + 1}:C{height + 1}", "values": [[2.5, True]]},
            ],
            value_input_option="RAW",
        )
        assert ledger.row_values(height + 1) == ["008", "2.5", "TRUE"]
        ledger.batch_clear([f"B{height + 1}:C{height + 1}"])
        assert ledger.row_values(height + 1) == ["008"]
        ledger.delete_rows(height + 1)
        assert len(ledger.get_all_values()) == height

    await off_the_loop(work)


async def test_is_told_what_is_wrong(office):
    def work():
        client = client_for(office)
        with pytest.raises(gspread.exceptions.SpreadsheetNotFound):
            client.open_by_key("1nowhere").worksheets()
        spreadsheet = client.open_by_key(office["recruitment"])
        with pytest.raises(gspread.exceptions.WorksheetNotFound):
            spreadsheet.worksheet("Nope")
        with pytest.raises(gspread.exceptions.APIError) as refused:
            spreadsheet.values_get("Nope!A1:B2")
        assert refused.value.code == 400 and "Unable to parse range" in str(refused.value)

    await off_the_loop(work)


async def test_keeps_the_quota_of_a_minute(office):
    def work():
        sheet = client_for(office).open_by_key(office["recruitment"])
        with pytest.raises(gspread.exceptions.APIError) as refused:
            for _ in range(70):
                sheet.values_get("Config!A1")
        assert refused.value.code == 429 and "Quota exceeded" in str(refused.value)

    await off_the_loop(work)


async def test_sells_no_token_for_another_account(office):
    def work():
        from google.auth.exceptions import RefreshError

        with pytest.raises(RefreshError, match="invalid_grant"):
            client_for(office, client_email="somebody@else").open_by_key(office["recruitment"]).worksheets()

    await off_the_loop(work)
